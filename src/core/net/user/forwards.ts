import type { Endpoint, TcpListener, TcpSocket } from '../../../host/types.ts';
import { QmpError } from '../../../qapi/errors.ts';
import { parseAddress } from './address.ts';
import type { UserNetContext } from './context.ts';
import { type Address, endpointOf } from './endpoint.ts';
import { type ForwardRule, type HostPort, parseForwardRule, parseHostPort } from './forward-rule.ts';
import type { TcpLayer } from './tcp.ts';
import type { TcpConnection } from './tcp-connection.ts';
import type { UdpFlows } from './udp-flows.ts';
import { UdpForward } from './udp-forward.ts';

/** A rule in force. */
export interface Forward {
  readonly protocol: 'tcp' | 'udp';
  /** As the rule says it: address 0 is every address, port 0 any free one. */
  readonly wanted: Address;
  /** Where the host listens. */
  readonly local: Address;
  readonly guest: Address;
  readonly descriptor: number;
  close(): void;
}

/** Ports of the host that lead to the guest. */
export class Forwards {
  readonly #context: UserNetContext;
  readonly #tcp: TcpLayer;
  readonly #udp: UdpFlows;
  readonly #forwards: Forward[] = [];

  constructor(context: UserNetContext, tcp: TcpLayer, udp: UdpFlows) {
    this.#context = context;
    this.#tcp = tcp;
    this.#udp = udp;
  }

  /** Oldest first. */
  get all(): readonly Forward[] {
    return this.#forwards;
  }

  /** @throws QmpError when the rule cannot be read or the host refuses the port */
  async add(text: string): Promise<void> {
    const rule = parseForwardRule(text, this.#context.config.dhcpStart);
    try {
      this.#forwards.push(rule.protocol === 'tcp' ? await this.#openTcp(rule) : await this.#openUdp(rule));
    } catch {
      throw new QmpError(`Could not set up host forwarding rule '${text}'`);
    }
  }

  /** @throws QmpError when there is no such rule */
  remove(text: string): void {
    const wanted = parseHostPort(text);
    const at = this.#forwards.findIndex(forward => listensAt(forward, wanted));
    if (at < 0) throw new QmpError(`host forwarding rule for ${text} not found`);
    this.#forwards.splice(at, 1)[0]!.close();
  }

  async #openTcp(rule: ForwardRule): Promise<Forward> {
    const at = { address: rule.address, port: rule.port };
    const accept = (socket: TcpSocket, from: Endpoint) => this.#accept(socket, from, local, rule.guest);
    const listener: TcpListener = await this.#context.network.listenTcp(endpointOf(at), accept);
    const local = { address: rule.address, port: listener.local.port };
    return {
      protocol: 'tcp',
      wanted: at,
      local,
      guest: rule.guest,
      descriptor: listener.descriptor,
      close: () => listener.close(),
    };
  }

  #accept(socket: TcpSocket, from: Endpoint, local: Address, guest: Address): TcpConnection | null {
    const peer = this.#context.peerOf(from);
    return peer && this.#tcp.forward(socket, peer, guest, local);
  }

  async #openUdp(rule: ForwardRule): Promise<Forward> {
    const at = { address: rule.address, port: rule.port };
    const forward = new UdpForward(this.#context, rule.guest);
    const socket = await forward.open(endpointOf(at));
    this.#udp.addForward(forward);
    return {
      protocol: 'udp',
      wanted: at,
      local: { address: parseAddress(socket.local.address) ?? rule.address, port: socket.local.port },
      guest: rule.guest,
      descriptor: socket.descriptor,
      close: () => {
        this.#udp.removeForward(forward);
        forward.close();
      },
    };
  }

  close(): void {
    for (const forward of this.#forwards.splice(0)) forward.close();
  }
}

/** The port that the host chose names a rule as well as the one that was asked for. */
function listensAt({ protocol, wanted, local }: Forward, at: HostPort): boolean {
  return (
    protocol === at.protocol &&
    wanted.address === at.address &&
    (wanted.port === at.port || local.port === at.port)
  );
}

import type { HostNetwork } from '../../../host/types.ts';
import { parseAddress, parseAddress6 } from './address.ts';
import { word } from './dhcp-message.ts';
import {
  buildReply,
  DNS_CLASS_IN,
  DNS_TYPE,
  type DnsQuery,
  encodeName,
  parseQuery,
  RCODE,
  reverseName,
} from './dns-message.ts';

const MOST_QUERIES = 64;

/** Answers the guest's questions through the host's resolver: addresses of names, names of addresses. */
export class DnsForwarder {
  readonly #network: HostNetwork;
  #open = 0;

  constructor(network: HostNetwork) {
    this.#network = network;
  }

  /** Calls `reply` when the host has an answer; a question too many gets none, as if it was lost. */
  async handle(data: Uint8Array, reply: (message: Uint8Array) => void): Promise<void> {
    const query = parseQuery(data);
    if (query === null || this.#open >= MOST_QUERIES) return;
    this.#open++;
    try {
      reply(await this.#answer(query));
    } catch (error) {
      const { code } = error as { code?: string };
      const unknown = code === 'ENOTFOUND' || code === 'ENODATA';
      reply(buildReply(query, unknown ? RCODE.noName : RCODE.server, []));
    } finally {
      this.#open--;
    }
  }

  async #answer(query: DnsQuery): Promise<Uint8Array> {
    if (query.class !== DNS_CLASS_IN) return buildReply(query, RCODE.notImplemented, []);
    if (query.type === DNS_TYPE.a || query.type === DNS_TYPE.aaaa) return this.#addresses(query);
    if (query.type === DNS_TYPE.ptr) return this.#names(query);
    return buildReply(query, RCODE.notImplemented, []);
  }

  /** A name that has addresses of the other family only gets no answer but no error either. */
  async #addresses(query: DnsQuery): Promise<Uint8Array> {
    const addresses = isHostName(query.name) ? await this.#network.lookup(query.name) : null;
    if (addresses === null) return buildReply(query, RCODE.noName, []);
    const found = addresses.flatMap(text => {
      const v4 = text.includes(':') ? null : parseAddress(text);
      if (query.type === DNS_TYPE.a) return v4 === null ? [] : [word(v4)];
      const v6 = v4 === null ? parseAddress6(text) : null;
      return v6 === null ? [] : [v6];
    });
    return buildReply(query, RCODE.none, found);
  }

  async #names(query: DnsQuery): Promise<Uint8Array> {
    const address = reverseName(query.name);
    if (address === null) return buildReply(query, RCODE.noName, []);
    const names = await this.#network.reverse(address);
    const found = names.map(encodeName).filter(name => name !== null);
    return buildReply(query, RCODE.none, found);
  }
}

/** Letters, digits, hyphens and underscores: nothing that a resolver could take for something else. */
function isHostName(name: string): boolean {
  return /^[\w-]+(\.[\w-]+)*$/.test(name);
}

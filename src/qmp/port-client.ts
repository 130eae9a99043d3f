import { QmpError } from '../qapi/errors.ts';
import { loadSchema } from '../qapi/index.ts';
import type { QmpObject } from '../qapi/value.ts';
import { ConnectionLostError } from './errors.ts';
import { MessageClient } from './message-client.ts';
import type { PortLike, PortReply, PortRequest, ToClient } from './port-messages.ts';

export interface PortQmpClientOptions {
  /** Told of every command that was answered, with the error when it failed. */
  onExecuted?: (command: string, error: QmpError | null) => void;
}

/** A QMP client over a message port; the other end runs `servePort`. */
export class PortQmpClient extends MessageClient {
  private readonly port: PortLike;
  private readonly options: PortQmpClientOptions;
  /** What the server offers; the whole schema until its greeting has come. */
  private commands: ReadonlySet<string> = new Set(Object.keys(loadSchema().commands));

  constructor(port: PortLike, options: PortQmpClientOptions = {}) {
    super();
    this.port = port;
    this.options = options;
    port.on('message', message => this.receive(message as ToClient));
    port.on('messageerror', error =>
      this.end(new ConnectionLostError('a message was damaged', { cause: error })),
    );
    port.on('close', () => this.end(this.closing ? null : new ConnectionLostError()));
  }

  supports(command: string): boolean {
    return this.commands.has(command);
  }

  protected send(id: number, command: string, args: QmpObject | undefined): void {
    const request: PortRequest = { kind: 'qmp', id, execute: command };
    if (args !== undefined) request.arguments = args;
    this.port.postMessage(request);
  }

  protected disconnect(): void {
    this.port.close();
  }

  private receive(message: ToClient): void {
    switch (message.kind) {
      case 'greeting':
        this.commands = new Set(message.commands);
        return;
      case 'reply':
        this.reply(message);
        return;
      case 'event':
        this.emit(message.event, message.data, message.timestamp);
    }
  }

  private reply(message: PortReply): void {
    const pending = this.takePending(message.id);
    if (pending === undefined) return;
    if ('error' in message) {
      const error = new QmpError(message.error.desc, message.error.class);
      this.options.onExecuted?.(pending.command, error);
      pending.reject(error);
    } else {
      this.options.onExecuted?.(pending.command, null);
      pending.resolve(message.return);
    }
  }
}

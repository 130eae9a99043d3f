import type { AttachAddress } from '../../host/attach/address.ts';
import { openConnection } from '../../host/attach/connect.ts';
import type { ByteConnection } from '../../qmp/byte-connection.ts';

const CONNECT_TIMEOUT = 5000;
/** Time between two attempts, milliseconds. */
const RETRY = 1000;
/** What the guest wrote before anybody listened, bytes. */
const MOST_KEPT = 1 << 16;

/** The guest's serial port on a socket of its VM: connected again and again as long as somebody wants it. */
export class SerialSocket {
  readonly label = 'serial';
  readonly #address: AttachAddress;
  readonly #listeners = new Set<(bytes: Uint8Array) => void>();
  #connection: ByteConnection | null = null;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;

  private constructor(address: AttachAddress) {
    this.#address = address;
  }

  /** Connects. @throws AttachError when the first attempt fails */
  static async open(address: AttachAddress): Promise<SerialSocket> {
    const serial = new SerialSocket(address);
    await serial.#connect();
    return serial;
  }

  readonly onData = (listener: (bytes: Uint8Array) => void): (() => void) => {
    this.#listeners.add(listener);
    for (const bytes of this.#kept.splice(0)) listener(bytes);
    return () => this.#listeners.delete(listener);
  };

  /** What is typed while there is no connection is lost, as on a cable that is out. */
  readonly write = (bytes: Uint8Array): void => this.#connection?.write(bytes);

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#connection?.close();
  }

  async #connect(): Promise<void> {
    const connection = await openConnection(this.#address, { timeoutMs: CONNECT_TIMEOUT, mayAsk: false });
    if (this.#closed) {
      connection.close();
      return;
    }
    this.#connection = connection;
    connection.onData(bytes => this.#received(bytes));
    connection.onClose(() => {
      this.#connection = null;
      this.#retry();
    });
  }

  #retry(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.#connect().catch(() => this.#retry()), RETRY);
  }

  #received(bytes: Uint8Array): void {
    for (const listener of this.#listeners) listener(bytes);
    if (this.#listeners.size > 0 || this.#keptBytes > MOST_KEPT) return;
    this.#kept.push(bytes);
    this.#keptBytes += bytes.length;
  }
}

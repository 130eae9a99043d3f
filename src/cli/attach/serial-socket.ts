import type { AttachAddress } from '../../host/attach/address.ts';
import { openConnection } from '../../host/attach/connect.ts';
import { OutputListeners } from '../../host/output-listeners.ts';
import type { ByteConnection } from '../../qmp/byte-connection.ts';

const CONNECT_TIMEOUT = 5000;
/** Time between two attempts, milliseconds. */
const RETRY = 1000;

/** The guest's serial port on a socket of its VM: connected again and again as long as somebody wants it. */
export class SerialSocket {
  readonly label = 'serial';
  readonly #address: AttachAddress;
  readonly #output = new OutputListeners();
  #connection: ByteConnection | null = null;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(address: AttachAddress) {
    this.#address = address;
  }

  /** Connects. @throws AttachError when the first attempt fails */
  static async open(address: AttachAddress): Promise<SerialSocket> {
    const serial = new SerialSocket(address);
    await serial.#connect();
    return serial;
  }

  /** What came before the first listener is kept for it. The returned function ends it. */
  readonly onData = (listener: (bytes: Uint8Array) => void): (() => void) =>
    this.#output.listen((_, bytes) => listener(bytes));

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
    connection.onData(bytes => this.#output.emit(this.label, bytes));
    connection.onClose(() => {
      this.#connection = null;
      this.#retry();
    });
  }

  #retry(): void {
    if (this.#closed) return;
    this.#timer = setTimeout(() => this.#connect().catch(() => this.#retry()), RETRY);
  }
}

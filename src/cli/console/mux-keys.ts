/** What a key after the escape character asks for. */
export type MuxCommand = 'help' | 'exit' | 'save' | 'timestamps' | 'break' | 'switch';

export interface MuxKeySinks {
  /** Bytes for whoever has the focus. */
  data(bytes: Uint8Array): void;
  command(command: MuxCommand): void;
}

/** Keys after the escape character (Ctrl-A unless told), as in QEMU. */
const COMMANDS: Readonly<Record<string, MuxCommand>> = {
  h: 'help',
  '?': 'help',
  x: 'exit',
  s: 'save',
  t: 'timestamps',
  b: 'break',
  c: 'switch',
};

/** Takes the commands of a shared terminal out of what is typed; the escape character twice is itself. */
export class MuxKeys {
  readonly #escapeByte: number;
  readonly #sinks: MuxKeySinks;
  #escaped = false;

  constructor(escapeByte: number, sinks: MuxKeySinks) {
    this.#escapeByte = escapeByte;
    this.#sinks = sinks;
  }

  /** What came before a command goes out before it is told: the focus may change with it. */
  feed(bytes: Uint8Array): void {
    let start = 0;
    const passOn = (end: number) => {
      if (end > start) this.#sinks.data(bytes.subarray(start, end));
    };
    bytes.forEach((byte, at) => {
      if (this.#escaped) {
        this.#escaped = false;
        start = byte === this.#escapeByte ? at : at + 1;
        const command = COMMANDS[String.fromCharCode(byte)];
        if (byte !== this.#escapeByte && command) this.#sinks.command(command);
      } else if (byte === this.#escapeByte) {
        passOn(at);
        start = at + 1;
        this.#escaped = true;
      }
    });
    passOn(bytes.length);
  }
}

/** The key's name: `C-a`, or the number of a character that is no control character. */
function keyName(byte: number): string {
  return byte > 0 && byte < 27 ? `C-${String.fromCharCode(byte + 0x60)}` : 'Escape-Char';
}

/** The answer to the help key. */
export function muxHelp(byte: number): string {
  const key = keyName(byte);
  const number = `0x${byte.toString(16).padStart(2, '0')}`;
  const lines = [
    ...(key.startsWith('C-') ? [] : [`Escape-Char is ${number}`]),
    `${key} h    show this help`,
    `${key} x    end the program`,
    `${key} s    write changes of disks back (with -snapshot)`,
    `${key} t    put the time before each line, or stop doing so`,
    `${key} b    send a break (the kernel's magic request key)`,
    `${key} c    go to the monitor, and back to the console`,
    `${key} ${key}  send ${key} itself`,
  ];
  return `\r\n${lines.join('\r\n')}\r\n`;
}

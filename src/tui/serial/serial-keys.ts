const CTRL_A = 0x01;
const CTRL_O = 0x0f;

/** What a piece of input in the serial view comes to. */
export type SerialAction = { kind: 'send'; bytes: Uint8Array } | { kind: 'leave' | 'help' | 'quit' };

/** Keys after Ctrl-A, as QEMU's multiplexed console has them. */
const AFTER_PREFIX: Readonly<Record<string, 'leave' | 'help' | 'quit'>> = {
  c: 'leave',
  h: 'help',
  '?': 'help',
  x: 'quit',
};

export const SERIAL_HELP = [
  'Ctrl-O         return to the monitor',
  'Ctrl-A h       print this help',
  'Ctrl-A x       quit',
  'Ctrl-A c       return to the monitor',
  'Ctrl-A Ctrl-A  send Ctrl-A to the guest',
  'Ctrl-A Ctrl-O  send Ctrl-O to the guest',
];

/** Separates the view's own keys from what the guest gets. */
export class SerialKeys {
  private prefix = false;

  /** Looks at bytes until one changes the view; `rest` are those behind it. */
  take(input: Uint8Array): { actions: SerialAction[]; rest: Uint8Array } {
    const actions: SerialAction[] = [];
    let send: number[] = [];
    const flush = () => {
      if (send.length > 0) actions.push({ kind: 'send', bytes: Uint8Array.from(send) });
      send = [];
    };
    for (const [index, byte] of input.entries()) {
      const action = this.action(byte);
      if (action === 'hold') continue;
      if (action === 'send') {
        send.push(byte);
        continue;
      }
      flush();
      actions.push({ kind: action });
      if (action !== 'help') return { actions, rest: input.subarray(index + 1) };
    }
    flush();
    return { actions, rest: new Uint8Array(0) };
  }

  private action(byte: number): 'hold' | 'send' | 'leave' | 'help' | 'quit' {
    if (this.prefix) {
      this.prefix = false;
      if (byte === CTRL_A || byte === CTRL_O) return 'send';
      // An unknown key after the prefix does nothing, as in QEMU.
      return AFTER_PREFIX[String.fromCharCode(byte)] ?? 'hold';
    }
    if (byte === CTRL_O) return 'leave';
    if (byte !== CTRL_A) return 'send';
    this.prefix = true;
    return 'hold';
  }
}

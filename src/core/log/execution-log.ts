import { disassemble, type Hart } from '../cpu/index.ts';
import type { Runnable } from '../run-loop.ts';
import { hex } from '../trace.ts';
import type { MachineLog } from './log.ts';

const PAGE = 4096n;
const LONGEST_INSTRUCTION = 4;
const BYTES_WIDTH = 18;
/** Mnemonics behind which nothing follows but what something else leads to. */
const LAST = new Set(['j', 'jr', 'jal', 'jalr', 'ret', 'mret', 'sret', 'ecall', 'ebreak', 'illegal']);
/** Pieces of code that are remembered as shown. */
const MOST_SHOWN = 65_536;

/**
 * The log of what harts execute: `in_asm`, `exec` and `cpu`. While one of them is on, harts run from one taken branch to
 * the next, which the interpreter alone does; that piece of code is what QEMU's translation block is.
 */
export class ExecutionLog {
  readonly #log: MachineLog;
  readonly #shown = new Set<string>();

  constructor(log: MachineLog) {
    this.#log = log;
  }

  /** Items were switched: what was shown before is shown again. */
  update(): void {
    this.#shown.clear();
  }

  /** What the run loop runs in place of a hart. */
  watch(hart: Hart): Runnable {
    const log = this.#log;
    return {
      get waiting() {
        return hart.waiting;
      },
      run: budget =>
        log.has('in_asm') || log.has('exec') || log.has('cpu') ? this.#run(hart, budget) : hart.run(budget),
    };
  }

  /** Stops early when the log is full, so that nothing is dropped: the loop comes again once it is written. */
  #run(hart: Hart, budget: number): void {
    const end = hart.instructions + BigInt(budget);
    for (let pieces = 0; pieces < budget && hart.instructions < end && !this.#log.full; pieces++) {
      const reason = hart.runStretch(() => this.#describe(hart));
      if (reason !== 'budget') return;
    }
  }

  #describe(hart: Hart): void {
    const log = this.#log;
    if (log.has('in_asm')) this.#showCode(hart);
    if (log.has('exec')) {
      const place = `${'0'.repeat(16)}/${digits(hart.pc)}/${hart.privilege.toString().padStart(8, '0')}/00000000`;
      log.write(`Trace ${hart.id}: ${hex(hart.translate(hart.pc) ?? 0)} [${place}] \n`);
    }
    if (log.has('cpu')) log.write(registers(hart, log.has('fpu')));
  }

  /** The code from here to the next jump, at most to the end of the page; once, until it changes. */
  #showCode(hart: Hart): void {
    const { pc } = hart;
    const code = readPage(hart, pc);
    const lines: string[] = [];
    let at = 0;
    for (let last = false; !last && at + 2 <= code.length; ) {
      const { length, bytes, text } = disassemble(
        code.subarray(at, at + LONGEST_INSTRUCTION),
        pc + BigInt(at),
      );
      lines.push(`0x${digits(pc + BigInt(at))}:  ${bytes.padEnd(BYTES_WIDTH)}${text.trimEnd()}\n`);
      last = LAST.has(/^\S+/.exec(text)?.[0] ?? '');
      at += length;
    }
    if (lines.length === 0) return; // the fetch itself will trap
    const text = `${'-'.repeat(16)}\nIN: \nPriv: ${hart.privilege}; Virt: 0\n${lines.join('')}\n`;
    if (this.#shown.has(text)) return;
    if (this.#shown.size >= MOST_SHOWN) this.#shown.clear();
    this.#shown.add(text);
    this.#log.write(text);
  }
}

const digits = (value: bigint) => value.toString(16).padStart(16, '0');

/** Memory from an address to the end of its page; the instruction that begins there may reach into the next. */
function readPage(hart: Hart, pc: bigint): Uint8Array {
  const length = Number(PAGE - (pc % PAGE));
  const page = hart.debugRead(pc, length) ?? new Uint8Array(0);
  if (length !== 2) return page;
  return hart.debugRead(pc, LONGEST_INSTRUCTION) ?? page;
}

/** The registers without the heading, and without those of floating point unless they are asked for. */
function registers(hart: Hart, float: boolean): string {
  const lines = hart.formatRegisters().split('\n').slice(2);
  return (float ? lines : lines.filter(line => !/^ f(\d|csr|flags|rm)/.test(line))).join('\n');
}

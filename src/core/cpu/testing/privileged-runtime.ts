import { assemble, type Encoded, encode } from '../../isa/index.ts';
import { LAYOUT, RECORD_WORDS } from './privileged-layout.ts';

/** The fixed part of a privileged program, in machine code: trap handlers of M and S mode, and the way out. */

type Line = string | Encoded;

const UART = 0x1000_0000;
const FINISHER = 0x10_0000;
const POWER_OFF = 0x5555;
const VECTORS = 16;
const SP = 2;
const POINTER = 5;

/** Puts an address of the first 4 GiB into a register, whatever the pc. */
export function address(register: number, value: number): Line[] {
  return value64(register, BigInt(value));
}

/** Puts any value into a register. */
export function value64(register: number, value: bigint): Line[] {
  const low = BigInt.asIntN(12, value);
  const rest = BigInt.asIntN(64, value - low) >> 12n;
  if (rest >= -(2n ** 19n) && rest < 2n ** 19n) {
    const upper = encode('lui', { rd: register, imm: Number(rest) << 12 });
    // lui and addiw wrap at 32 bits as the value does
    return [upper, encode('addiw', { rd: register, rs1: register, imm: Number(low) })];
  }
  return [
    ...value64(register, rest),
    encode('slli', { rd: register, rs1: register, imm: 12 }),
    encode('addi', { rd: register, rs1: register, imm: Number(low) }),
  ];
}

const store = (register: number, base: number, imm: number) =>
  encode('sd', { rs2: register, rs1: base, imm });
const load = (register: number, base: number, imm: number) => encode('ld', { rd: register, rs1: base, imm });

/** Writes a log record at sp's context; sp itself is in the scratch csr. */
function record(mode: 'm' | 's', status: Line[], more: readonly string[] = []): Line[] {
  const csrs = [`${mode}cause`, `${mode}epc`, `${mode}tval`];
  const others = [`${mode}ie`, `${mode}ip`];
  const put = (index: number) => store(SP, POINTER, index * 8);
  const others31 = Array.from({ length: 31 }, (_, index) => index + 1).filter(x => x !== SP && x !== POINTER);
  return [
    ...address(SP, LAYOUT.context),
    store(POINTER, SP, 8),
    load(POINTER, SP, 0),
    ...others31.map(x => store(x, POINTER, (7 + x) * 8)),
    load(SP, SP, 8),
    put(7 + POINTER),
    encode('addi', { rd: SP, imm: mode === 'm' ? 1 : 2 }),
    put(0),
    ...csrs.flatMap((name, index): Line[] => [`csrrs sp, ${name}, zero`, put(index + 1)]),
    ...status,
    put(4),
    ...others.flatMap((name, index): Line[] => [`csrrs sp, ${name}, zero`, put(index + 5)]),
    ...(mode === 'm' ? (['csrrs sp, satp, zero', put(7)] as Line[]) : []),
    ...more.flatMap((name, index): Line[] => [`csrrs sp, ${name}, zero`, put(RECORD_WORDS + index)]),
    `csrrs sp, ${mode}scratch, zero`,
    put(7 + SP),
    encode('addi', { rd: 6, rs1: POINTER, imm: (RECORD_WORDS + more.length) * 8 }),
    ...address(SP, LAYOUT.context),
    store(6, SP, 0),
  ];
}

function machineHandler(more: readonly string[]): Line[] {
  return [
    'csrrw zero, mscratch, sp',
    // mstatus goes to sscratch, with MPRV off: what follows is M-mode's own memory
    encode('lui', { rd: SP, imm: 1 << 17 }),
    'csrrc sp, mstatus, sp',
    'csrrw zero, sscratch, sp',
    ...record('m', ['csrrs sp, sscratch, zero'], more),
    load(6, SP, 24),
    'jr t1',
  ];
}

function supervisorHandler(): Line[] {
  return ['csrrw zero, sscratch, sp', ...record('s', ['csrrs sp, sstatus, zero']), 'ecall'];
}

/** A vector table of jumps to what follows it. */
function vectored(handler: Line[]): Line[] {
  const jumps = Array.from({ length: VECTORS }, (_, index) => encode('jal', { imm: (VECTORS - index) * 4 }));
  return [...jumps, ...handler];
}

/** Sends the log byte by byte, each when the port takes it, then writes the finisher. */
function dump(): Line[] {
  return [
    ...address(5, LAYOUT.context),
    'ld t1, 0(t0)',
    ...address(5, LAYOUT.log),
    ...address(7, UART),
    'bgeu t0, t1, 32',
    'lbu t3, 5(t2)',
    'andi t3, t3, 32',
    'beqz t3, -8',
    'lbu t3, 0(t0)',
    'sb t3, 0(t2)',
    'addi t0, t0, 1',
    encode('jal', { imm: -28 }),
    // until the last byte has left the port
    'lbu t3, 5(t2)',
    'andi t3, t3, 64',
    'beqz t3, -8',
    ...address(5, FINISHER),
    ...address(6, POWER_OFF),
    'sw t1, 0(t0)',
    encode('jal', { imm: 0 }),
  ];
}

/**
 * Places the fixed part into the program's bytes; `first` is the address of the first episode. Of programs with
 * guests M-mode logs `guestCsrs` as well, and the other handlers log nothing.
 */
export function placeRuntime(image: Uint8Array, first: number, guestCsrs: readonly string[] = []): void {
  const place = (at: number, lines: Line[]) => image.set(assemble(lines), at - LAYOUT.entry);
  place(LAYOUT.entry, [...address(5, first), 'jr t0']);
  place(LAYOUT.machineVector, vectored(machineHandler(guestCsrs)));
  const guests = guestCsrs.length > 0;
  place(LAYOUT.supervisorVector, vectored(guests ? ['ecall'] : supervisorHandler()));
  if (guests) place(LAYOUT.guestVector, vectored(['ecall']));
  place(LAYOUT.dump, dump());
  new DataView(image.buffer).setBigUint64(LAYOUT.context - LAYOUT.entry, BigInt(LAYOUT.log), true);
}

import type { AccessSize, Emitter, Instruction, Operands } from '../../isa/index.ts';
import type { FloatRoutine } from '../../softfloat/index.ts';
import { CodeBuilder, type LoadOp, type StoreOp } from '../../wasm/index.ts';
import { type CsrOperation, type DirectCsr, isDirect } from '../emit/direct-csrs.ts';
import type { CSR_OPERATIONS } from '../emit/loop.ts';

/** Thrown where a row asks for what only the interpreter can do. */
class Untranslatable extends Error {
  override readonly name = 'Untranslatable';
}

type XField = 'rs1' | 'rs2' | 'rd';
type FField = 'rs1' | 'rs2' | 'rs3' | 'rd';

/** How the instructions of a row go on: straight, to a known place, to one in a register, or by the interpreter. */
export type Flow = 'straight' | 'branch' | 'jump' | 'indirect' | 'interpreter';

/** What the translator has to know of a row before it emits it. */
export interface RowTraits {
  readonly flow: Flow;
  readonly x: ReadonlySet<XField>;
  readonly f: ReadonlySet<FField>;
  readonly routines: ReadonlySet<FloatRoutine>;
  /** What instructions of the row do to the csr that they name. */
  readonly csr: CsrAction | undefined;
}

export interface CsrAction {
  readonly operation: (typeof CSR_OPERATIONS)[number];
  readonly operand: 'register' | 'field';
}

/** Runs through a row's semantics and notes what they ask for. */
class Probe {
  readonly code = new CodeBuilder(0);
  readonly x = new Set<XField>();
  readonly f = new Set<FField>();
  readonly routines = new Set<FloatRoutine>();
  flow: Flow = 'straight';
  csrAction: CsrAction | undefined = undefined;

  rs1(): void {
    this.x.add('rs1');
  }
  rs2(): void {
    this.x.add('rs2');
  }
  imm(): void {}
  pc(): void {}
  nextPc(): void {}
  writeRd(value: () => void): void {
    this.x.add('rd');
    value();
  }
  branch(condition: () => void): void {
    this.flow = 'branch';
    condition();
  }
  jumpRelative(): void {
    this.flow = 'jump';
    this.x.add('rd');
  }
  jumpAbsolute(target: () => void): void {
    this.flow = 'indirect';
    this.x.add('rd');
    target();
  }
  load(_op: LoadOp, _size: AccessSize): void {
    this.x.add('rs1').add('rd');
  }
  store(_op: StoreOp, _size: AccessSize): void {
    this.x.add('rs1').add('rs2');
  }
  loadReserved(op: LoadOp, size: AccessSize): void {
    this.load(op, size);
  }
  storeConditional(op: StoreOp, size: AccessSize): void {
    this.store(op, size);
    this.x.add('rd');
  }
  atomic(_load: LoadOp, _store: StoreOp, _size: AccessSize, combine: (old: () => void) => void): void {
    this.x.add('rs1').add('rs2').add('rd');
    combine(() => {});
  }
  clearBlock(): void {
    this.x.add('rs1');
  }
  csr(operation: CsrAction['operation'], operand: CsrAction['operand']): void {
    this.csrAction = { operation, operand };
    this.x.add('rd');
    if (operand === 'register') this.x.add('rs1');
  }
  requireFloat(): void {}
  fs1(): void {
    this.f.add('rs1');
  }
  fs2(): void {
    this.f.add('rs2');
  }
  fs3(): void {
    this.f.add('rs3');
  }
  writeFd(value: () => void): void {
    this.f.add('rd');
    value();
  }
  rounding(): void {}
  float(routine: FloatRoutine): void {
    this.routines.add(routine);
  }
  loadFloat(_op: LoadOp, _size: AccessSize): void {
    this.x.add('rs1');
    this.f.add('rd');
  }
  storeFloat(_op: StoreOp, _size: AccessSize): void {
    this.x.add('rs1');
    this.f.add('rs2');
  }
}

/** Operations of rows that the translator has. */
export type Translated = Omit<Probe, 'x' | 'f' | 'routines' | 'flow' | 'csrAction'>;

function probeRow(row: Instruction): RowTraits {
  const probe = new Probe();
  const guarded = new Proxy(probe, {
    get(target, name) {
      if (name in target) return Reflect.get(target, name, target);
      throw new Untranslatable(`${row.name} needs the interpreter for '${String(name)}'`);
    },
  });
  try {
    row.emit(guarded as unknown as Emitter);
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error;
    probe.flow = 'interpreter';
  }
  const { flow, x, f, routines, csrAction } = probe;
  return { flow, x, f, routines, csr: csrAction };
}

const TRAITS = new Map<Instruction, RowTraits>();

/** The traits of a row; found once by running its semantics against a probe. */
function rowTraits(row: Instruction): RowTraits {
  let traits = TRAITS.get(row);
  if (traits === undefined) {
    traits = probeRow(row);
    TRAITS.set(row, traits);
  }
  return traits;
}

/** The traits of an instruction: what is done to csrs is for the interpreter but for some of them. */
export function traitsOf(
  { row, operands }: { readonly row: Instruction; readonly operands: Operands },
  csrs: ReadonlyMap<number, DirectCsr>,
): RowTraits {
  const traits = rowTraits(row);
  if (traits.csr === undefined) return traits;
  const csr = csrs.get(operands.imm);
  const direct = csr !== undefined && isDirect(csr, csrOperation(traits.csr, operands));
  return direct ? traits : { ...traits, flow: 'interpreter' };
}

/** Setting or clearing nothing reads only. */
export function csrOperation({ operation }: CsrAction, { rs1 }: Operands): CsrOperation {
  return operation !== 'write' && rs1 === 0 ? 'read' : operation;
}

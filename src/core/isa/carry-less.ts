import { type Emitter, type Instruction, instruction } from './row.ts';

/** Zbc: carry-less multiplication, by one bit of rs2 a round. */

const ROUNDS = 64n;

/**
 * Pushes 64 bits of the carry-less product. From the top bit of rs2 down, with the sum moving
 * up, the low half stays; from the bottom bit up, with the sum moving down, bits 126 to 63 do.
 */
function product(e: Emitter, half: 'low' | 'high'): void {
  const { code } = e;
  const [sum, factor, bits, round] = [
    code.local('i64'),
    code.local('i64'),
    code.local('i64'),
    code.local('i64'),
  ];
  e.rs1();
  code.set(factor);
  e.rs2();
  code.set(bits).i64(0).set(sum).i64(ROUNDS).set(round);
  const next = code.open('loop');
  code
    .get(sum)
    .i64(1)
    .op(half === 'low' ? 'i64.shl' : 'i64.shr_u');
  code.get(factor).i64(0).get(bits);
  if (half === 'low') code.i64(0).op('i64.lt_s');
  else code.op('i32.wrap_i64').i32(1).op('i32.and');
  code.op('select', 'i64.xor').set(sum);
  code
    .get(bits)
    .i64(1)
    .op(half === 'low' ? 'i64.shl' : 'i64.shr_u')
    .set(bits);
  code.get(round).i64(1).op('i64.sub').tee(round).op('i64.eqz', 'i32.eqz').brIf(next);
  code.end();
  code.get(sum);
}

const row = (name: string, funct3: string, value: (e: Emitter) => void) =>
  instruction('Zbc', name, `0000101 rs2 rs1 ${funct3} rd 0110011`, 'rd,rs1,rs2', e =>
    e.writeRd(() => value(e)),
  );

export const CARRY_LESS: readonly Instruction[] = [
  row('clmul', '001', e => product(e, 'low')),
  row('clmulr', '010', e => product(e, 'high')),
  row('clmulh', '011', e => {
    product(e, 'high');
    e.code.i64(1).op('i64.shr_u');
  }),
];

import { describe, expect, it } from 'vitest';
import { CodeBuilder, IMPORT_MODULE, ModuleBuilder, relocate } from './index.ts';

type Function = (...args: (number | bigint)[]) => number | bigint;

function build(
  define: (module: ModuleBuilder) => void,
  imports: Record<string, (...args: never[]) => unknown> = {},
) {
  const module = new ModuleBuilder();
  define(module);
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const instance = new WebAssembly.Instance(new WebAssembly.Module(module.finish()), {
    [IMPORT_MODULE]: { memory, ...imports },
  });
  return { functions: instance.exports as Record<string, Function>, view: new DataView(memory.buffer) };
}

describe('ModuleBuilder', () => {
  it('encodes constants at the borders of LEB128', () => {
    const values32 = [0, 63, 64, -64, -65, 127, 128, 0x7fff_ffff, -0x8000_0000];
    const values64 = [0n, 63n, 64n, -65n, 0x7fff_ffff_ffff_ffffn, -0x8000_0000_0000_0000n];
    const { functions } = build(module => {
      values32.forEach((value, index) => void module.function([], ['i32'], `a${index}`).code.i32(value));
      values64.forEach((value, index) => void module.function([], ['i64'], `b${index}`).code.i64(value));
      module.function([], ['i64'], 'unsigned').code.i64(0xffff_ffff_ffff_ffffn);
    });
    values32.forEach((value, index) => void expect(functions[`a${index}`]?.()).toBe(value));
    values64.forEach((value, index) => void expect(functions[`b${index}`]?.()).toBe(value));
    expect(functions['unsigned']?.()).toBe(-1n);
  });

  it('builds loops, branches and locals', () => {
    const { functions } = build(module => {
      const { code } = module.function(['i32'], ['i64'], 'sum');
      const total = code.local('i64');
      const loop = code.open('loop');
      code.get(total).get(0).op('i64.extend_i32_u', 'i64.add').set(total);
      code.get(0).i32(1).op('i32.sub').tee(0).brIf(loop);
      code.end().get(total);
    });
    expect(functions['sum']?.(10)).toBe(55n);
  });

  it('dispatches by br_table', () => {
    const { functions } = build(module => {
      const { code } = module.function(['i32'], ['i32'], 'pick');
      const blocks = [0, 1, 2].map(() => code.open('block')).reverse();
      code.get(0).brTable(blocks, blocks[2]!);
      for (const value of [10, 20]) code.end().i32(value).op('return');
      code.end().i32(30);
    });
    expect([0, 1, 2, 99].map(index => functions['pick']?.(index))).toEqual([10, 20, 30, 30]);
  });

  it('imports functions and a shared memory', () => {
    const seen: number[] = [];
    const { functions, view } = build(
      module => {
        const note = module.importFunction('note', ['i32'], []);
        const inner = module.function(['i32'], ['i32']);
        inner.code.get(0).load('i32.load', 8);
        const { code } = module.function(['i32'], ['i32'], 'run');
        code.get(0).call(note).i32(0).i32(0xab).i32(4).fill().get(0).call(inner.index);
      },
      { note: (value: number) => void seen.push(value) },
    );
    view.setInt32(24, -7, true);
    expect(functions['run']?.(16)).toBe(-7);
    expect([seen, view.getUint32(0, true)]).toEqual([[16], 0xabababab]);
  });

  it('leaves addresses open until they are known', () => {
    const module = new ModuleBuilder([
      { base: 0x1000_0000, size: 64 },
      { base: 0x2000_0000, size: 64 },
    ]);
    const { code } = module.function([], ['i32'], 'both');
    code.i32(0).load('i32.load', 0x1000_0004).i32(0x2000_0008).op('i32.add');
    const { bytes, relocations } = module.finishRelocatable();
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    new DataView(memory.buffer).setUint32(0x404, 5, true);
    for (const second of [0x100, 0xffff_ff00]) {
      const module = new WebAssembly.Module(relocate(bytes, relocations, [0x400, second]));
      const { exports } = new WebAssembly.Instance(module, { [IMPORT_MODULE]: { memory } });
      expect((exports as Record<string, Function>)['both']?.()).toBe((second + 8 + 5) | 0);
    }
  });

  it('refuses open blocks and late imports', () => {
    const code = new CodeBuilder(0);
    code.open('block');
    expect(() => code.finish()).toThrow('1 WebAssembly blocks left open');
    const module = new ModuleBuilder();
    module.function([], []);
    expect(() => module.importFunction('f', [], [])).toThrow('imports come before functions');
  });
});

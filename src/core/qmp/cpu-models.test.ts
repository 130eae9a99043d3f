import { beforeEach, describe, expect, it } from 'vitest';
import { loadSchema } from '../../qapi/index.ts';
import type { QmpValue } from '../../qapi/value.ts';
import { Dispatcher } from '../../qmp/dispatch.ts';
import { testBoard } from '../board/testing/test-board.ts';
import { cpuModelHandlers } from './cpu-models.ts';

type Props = Record<string, QmpValue>;

let dispatcher: Dispatcher;

beforeEach(() => {
  const globals = [{ driver: 'max-riscv-cpu', property: 'zbc', value: 'off' }];
  dispatcher = new Dispatcher(loadSchema(), cpuModelHandlers(testBoard({ globals }).board));
});

async function expand(name: string, props?: QmpValue): Promise<Record<string, boolean>> {
  const model = { name, ...(props === undefined ? {} : { props }) };
  const answer = await dispatcher.dispatch('query-cpu-model-expansion', { type: 'full', model });
  return (answer as { model: { props: Record<string, boolean> } }).model.props;
}

/** What QEMU 10.0 tells of a model that it has too, by the properties that are true. */
const U54 = ['mmu', 'pmp', 'zicntr', 'zicsr', 'zifencei', 'zihpm'];

describe('models of harts', () => {
  it('are listed as types', async () => {
    const models = (await dispatcher.dispatch('query-cpu-definitions', {})) as Props[];
    expect(models).toContainEqual({
      name: 'sifive-u54',
      typename: 'sifive-u54-riscv-cpu',
      static: true,
      deprecated: false,
    });
    expect(models.map(({ name, static: fixed }) => `${name} ${fixed}`)).toEqual(
      expect.arrayContaining(['max false', 'rv64 false', 'shakti-c true']),
    );
  });

  it('tell all that they have', async () => {
    const props = await expand('sifive-u54');
    const on = Object.keys(props).filter(name => props[name]);
    expect(on.sort()).toEqual(U54);
    expect(props).toMatchObject({ zve64d: false, xtheadba: false, rva22s64: false, zic64b: false });
    for (const name of ['f', 'g', 'sv39', 'debug', 'cbom_blocksize']) expect(props).not.toHaveProperty(name);
  });

  it('tell what properties change, and what follows from that', async () => {
    const plain = await expand('rv64');
    expect(plain).toMatchObject({ zba: true, zic64b: true, ziccrse: true, zawrs: true, sstc: true });
    const changed = await expand('rv64', { zba: false, a: false, cbom_blocksize: 128n, mmu: false });
    const differing = Object.keys(plain).filter(name => plain[name] !== changed[name]);
    expect(differing.sort()).toEqual(['mmu', 'zaamo', 'zalrsc', 'zawrs', 'zba', 'zic64b', 'ziccrse']);
    expect(await expand('max')).toMatchObject({ zbc: false, zbb: true });
  });

  it.each<[string, string, QmpValue]>([
    ['thead-c906', "The CPU type 'thead-c906' is not a known RISC-V CPU type", {}],
    ['rv64', "Property 'rv64-riscv-cpu.foo' not found", { foo: 1n }],
    ['rv64', "Invalid parameter type for 'model.props.zba', expected: boolean", { zba: 1n }],
    ['rv64', "Invalid parameter type for 'model.props.zba', expected: boolean", { zba: 'on' }],
    [
      'rv64',
      "Invalid parameter type for 'model.props.cbom_blocksize', expected: integer",
      { cbom_blocksize: true },
    ],
    ['rv64', "Invalid parameter type for 'model.props', expected: object", [1n]],
    ['rv64', 'D extension requires F extension', { f: false }],
    ['rv64', "'rv64' CPU does not allow enabling extensions that it has not", { v: true }],
    ['sifive-u54', "'sifive-u54' CPU does not allow enabling extensions", { h: true }],
    ['sifive-u54', 'satp_mode sv48 is higher than hw max capability sv39', { sv48: true }],
  ])('%s is refused: %s', async (name, message, props) => {
    await expect(expand(name, props)).rejects.toThrow(message);
  });

  it('are told in full only', async () => {
    const asked = dispatcher.dispatch('query-cpu-model-expansion', {
      type: 'static',
      model: { name: 'rv64' },
    });
    await expect(asked).rejects.toThrow('The requested expansion type is not supported');
  });
});

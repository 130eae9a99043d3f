import { describe, expect, it } from 'vitest';
import type { MachineConfig } from '../config.ts';
import { resolvePath } from '../qom/object.ts';
import type { Board } from './board.ts';
import { readFdt } from './fdt-reader.ts';
import { testBoard } from './testing/test-board.ts';

type Properties = Record<string, string>;

function boardWith(properties: Properties, model = 'rv64', changes: Partial<MachineConfig> = {}) {
  return testBoard({ cpu: { model, properties }, ...changes }).board;
}

const firstHart = ({ root }: Board) => resolvePath(root, '/machine/soc0/harts[0]');

function cpuNode(properties: Properties, model = 'rv64') {
  const rom = boardWith(properties, model).roms.roms.find(candidate => candidate.name === 'fdt');
  const node = readFdt(rom!.contents()).children?.find(child => child.name === 'cpus')?.children?.[0];
  const text = (name: string) => new TextDecoder().decode(node?.properties.get(name)).replace(/\0$/, '');
  return {
    isa: text('riscv,isa'),
    extensions: text('riscv,isa-extensions').split('\0'),
    mmu: text('mmu-type'),
    names: [...(node?.properties.keys() ?? [])],
  };
}

/** QEMU 10.2's list for rv64, less the debug triggers. */
const RV64 =
  'i m a f d c h zic64b zicbom zicbop zicboz ziccamoa ziccif zicclsm ziccrse zicntr zicsr zifencei zihintntl ' +
  'zihintpause zihpm zmmul za64rs zaamo zalrsc zawrs zfa zca zcd zba zbb zbc zbs shcounterenw shgatpa shtvala ' +
  'shvsatpa shvstvala shvstvecd ssccptr sscounterenw ssstrict ' +
  'sstc sstvala sstvecd ssu64xl svadu svvptc';

describe('-cpu', () => {
  it('rv64 lists what QEMU lists, as far as it is there', () => {
    const { isa, extensions, names } = cpuNode({});
    expect(extensions.join(' ')).toBe(RV64);
    expect(isa).toBe(`rv64imafdch_${RV64.split(' ').slice(7).join('_')}`);
    expect(names).toEqual(
      expect.arrayContaining(['riscv,cbom-block-size', 'riscv,cbop-block-size', 'riscv,cboz-block-size']),
    );
  });

  it.each<[Properties, string[], string[]]>([
    [{ zba: 'false', zbb: 'off' }, ['zba', 'zbb'], []],
    [{ a: 'off' }, ['a', 'zaamo', 'zalrsc', 'zawrs', 'za64rs', 'ziccamoa', 'ziccrse'], []],
    [{ d: 'off' }, ['d', 'zcd'], []],
    [{ f: 'off', d: 'off' }, ['f', 'd', 'zcd', 'zfa'], []],
    [{ m: 'no' }, ['m', 'zmmul'], []],
    [
      { zicond: 'on', svinval: 'on', svnapot: 'y', svpbmt: 'true', svade: 'on' },
      [],
      ['zicond', 'svade', 'svinval', 'svnapot', 'svpbmt'],
    ],
    [{ cboz_blocksize: '128' }, ['zic64b'], []],
    [{ f: 'off', g: 'on' }, [], []],
    [{ Zifencei: 'off' }, ['zifencei'], []],
    [{ v: 'off', zmmul: 'off' }, [], []],
    [{ h: 'off' }, ['h', 'shcounterenw', 'shgatpa', 'shtvala', 'shvsatpa', 'shvstvala', 'shvstvecd'], []],
  ])('%j', (properties, gone, come) => {
    const { extensions } = cpuNode(properties);
    const usual = RV64.split(' ').filter(name => !gone.includes(name));
    expect([...extensions].sort()).toEqual([...usual, ...come].sort());
  });

  it('max has all that there is', () => {
    const { extensions } = cpuNode({}, 'max');
    expect(extensions).toEqual(expect.arrayContaining(['zicond', 'svinval', 'svnapot', 'svpbmt']));
    expect(extensions).not.toContain('svade');
  });

  it('misa follows', () => {
    const misa = (properties: Properties) => boardWith(properties).engine.harts[0]?.csr('misa');
    expect(misa({})).toBe(0x8000_0000_0014_11adn);
    expect(misa({ h: 'off' })).toBe(0x8000_0000_0014_112dn);
    expect(misa({ d: 'off' })).toBe(0x8000_0000_0014_11a5n);
    expect(misa({ f: 'off', d: 'off' })).toBe(0x8000_0000_0014_1185n);
    expect(misa({ m: 'off', a: 'off' })).toBe(0x8000_0000_0014_01acn);
  });

  it.each<[Properties, string]>([
    [{}, 'riscv,sv57'],
    [{ sv57: 'off' }, 'riscv,sv48'],
    [{ sv48: 'off' }, 'riscv,sv39'],
    [{ sv48: 'on' }, 'riscv,sv48'],
    [{ sv39: 'off' }, 'riscv,none'],
    [{ mmu: 'off' }, 'riscv,none'],
  ])('tells the page tables of %j', (properties, mmu) => {
    expect(cpuNode(properties).mmu).toBe(mmu);
  });

  it('satp takes what the page tables allow', () => {
    const satp = (properties: Properties, mode: bigint) => {
      const hart = boardWith(properties).engine.harts[0]!;
      hart.setCsr('satp', (mode << 60n) | 1n);
      return hart.csr('satp') >> 60n;
    };
    expect([satp({}, 10n), satp({ sv57: 'off' }, 10n), satp({ sv57: 'off' }, 9n)]).toEqual([10n, 0n, 9n]);
    expect([satp({ sv39: 'off' }, 8n), satp({ mmu: 'off' }, 8n)]).toEqual([0n, 0n]);
  });

  it.each<[Properties, string]>([
    [{ foo: '1' }, "can't apply global rv64-riscv-cpu.foo=1: Property 'rv64-riscv-cpu.foo' not found"],
    [{ zba: 'x' }, "can't apply global rv64-riscv-cpu.zba=x: Parameter 'zba' expects 'on' or 'off'"],
    [
      { v: 'on' },
      "can't apply global rv64-riscv-cpu.v=on: 'rv64' CPU does not allow enabling extensions that",
    ],
    [
      { c: 'off' },
      "can't apply global rv64-riscv-cpu.c=off: 'rv64' CPU does not work without this extension",
    ],
    [{ f: 'off' }, 'D extension requires F extension'],
    [{ cbom_blocksize: '48' }, 'cbom_blocksize must be a power of 2 from 4 to 4096, not 48'],
    [{ cboz_blocksize: '70000' }, "Parameter 'cboz_blocksize' expects uint16_t"],
  ])('refuses %j', (properties, message) => {
    expect(() => boardWith(properties)).toThrow(message);
  });

  it('of a maker has what it has', () => {
    const { isa, extensions, mmu } = cpuNode({}, 'sifive-u54');
    // as QEMU's device tree has it, less the debug triggers
    expect(isa).toBe('rv64imafdc_zicntr_zicsr_zifencei_zihpm');
    expect(extensions.join(' ')).toBe('i m a f d c zicntr zicsr zifencei zihpm');
    expect(mmu).toBe('riscv,sv39');
    expect(cpuNode({ sv39: 'off' }, 'sifive-u54').mmu).toBe('riscv,none');
    const hart = firstHart(boardWith({ zifencei: 'off' }, 'sifive-u54'))!;
    const values = ['sv48', 'sv39', 'zaamo', 'h', 'zifencei', 'priv_spec', 'marchid'].map(name =>
      hart.getProperty(name),
    );
    expect(values).toEqual([false, true, false, false, false, 'v1.10.0', 0n]);
  });

  it('of a maker may be one with an interrupt architecture and instructions of its own', () => {
    // QEMU 10.0's device tree, and ssstrict, which it learned later
    const stated =
      'rv64imafdch_zic64b_zicbom_zicboz_ziccamoa_ziccif_zicclsm_ziccrse_zicntr_zicsr_zifencei_zihpm_za64rs_zca_zba_zbb_' +
      'zbc_zbs_shcounterenw_sha_shgatpa_shtvala_shvsatpa_shvstvala_shvstvecd_smaia_smstateen_ssaia_ssccptr_sscofpmf_' +
      'sscounterenw_ssstateen_ssstrict_sstc_sstvala_sstvecd_ssu64xl_svinval_svnapot_svpbmt_xventanacondops';
    const { isa, mmu } = cpuNode({}, 'veyron-v1');
    expect([isa, mmu]).toEqual([stated, 'riscv,sv48']);
    const hart = firstHart(boardWith({}, 'veyron-v1'))!;
    const ids = ['mvendorid', 'marchid', 'mimpid', 'priv_spec'].map(name => hart.getProperty(name));
    expect(ids).toEqual([0x61f, 0x8000_0000_0001_0000n, 0x111n, 'v1.12.0']);
  });

  it.each<[Properties, string]>([
    [{ zba: 'on' }, "'sifive-u54' CPU does not allow enabling extensions"],
    [{ g: 'on' }, "'sifive-u54' CPU does not allow enabling extensions"],
    [{ mmu: 'off' }, "CPU 'sifive-u54' does not allow changing the value of 'mmu'"],
    [
      { cbom_blocksize: '32' },
      "CPU 'sifive-u54' does not allow changing the value of 'cbom_blocksize'\nCurrent 'cbom_blocksize' val: 64",
    ],
    [
      { priv_spec: 'v1.12.0' },
      "CPU 'sifive-u54' does not allow changing the value of 'priv_spec'\nCurrent 'priv_spec' val: v1.10.0",
    ],
    [{ mvendorid: '5' }, 'Unable to change sifive-u54-riscv-cpu mvendorid (0x0)'],
    [{ sv48: 'on' }, 'satp_mode sv48 is higher than hw max capability sv39'],
  ])('of a maker is not changed by %j', (properties, message) => {
    const [[name, value] = []] = Object.entries(properties);
    expect(() => boardWith(properties, 'sifive-u54')).toThrow(
      `can't apply global sifive-u54-riscv-cpu.${name}=${value}: ${message}`,
    );
  });

  it.each([
    ['nosuch', "unable to find CPU model 'nosuch'"],
    ['rv32', "unable to find CPU model 'rv32': its registers have another width than those of this machine"],
    [
      'xiangshan-nanhu',
      "unable to find CPU model 'xiangshan-nanhu': harts of this machine lack zbkb, zbkc, zbkx, zknd, zkne, zknh, zksed, zksh",
    ],
  ])('has no model %s', (model, message) => {
    expect(() => boardWith({}, model)).toThrow(new RegExp(`^${message}$`));
  });

  it('is the same as -global of the model, which comes first', () => {
    const globals = [{ driver: 'rv64-riscv-cpu', property: 'zba', value: 'off' }];
    const zba = (properties: Properties) =>
      firstHart(boardWith(properties, 'rv64', { globals }))?.getProperty('zba');
    expect([zba({}), zba({ zba: 'on' })]).toEqual([false, true]);
  });

  it('shows how the switches stand', () => {
    const hart = firstHart(boardWith({ sv57: 'off', f: 'off', d: 'off' }))!;
    const values = ['sv57', 'sv48', 'sv39', 'zfa', 'zaamo', 'g', 'b', 'h', 'mmu', 'cboz_blocksize'].map(
      name => hart.getProperty(name),
    );
    expect(values).toEqual([false, true, true, false, true, false, true, true, true, 64]);
  });
});

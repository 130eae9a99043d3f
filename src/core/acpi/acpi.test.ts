import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ACPI_FILES, type AcpiParts, buildAcpi } from './index.ts';
import { madt } from './madt.ts';

const PARTS: AcpiParts = {
  board: {
    harts: 2,
    fwCfg: { base: 0x1010_0000, size: 0x18 },
    wires: { kind: 'plic', base: 0xc00_0000, size: 0x60_0000 },
    uart: { base: 0x1000_0000, size: 0x100, source: 10 },
    virtio: { base: 0x1000_1000, size: 0x1000, source: 1, count: 8 },
    pci: {
      ecam: { base: 0x3000_0000, size: 0x1000_0000 },
      mmio: { base: 0x4000_0000, size: 0x4000_0000 },
      high: { base: 0x4_0000_0000, size: 0x4_0000_0000 },
      pio: { base: 0x300_0000, size: 0x1_0000 },
      source: 0x20,
    },
  },
  interrupts: {
    harts: 2,
    platform: { kind: 'plic', base: 0xc00_0000, size: 0x60_0000, sources: 95, priorities: 7 },
  },
  harts: { harts: 2, timebase: 10_000_000, isa: 'rv64imafdc_zicsr', mmu: 'sv57', cacheBlocks: null },
};

const nameAt = (bytes: Uint8Array, at: number, length = 56) =>
  new TextDecoder().decode(bytes.subarray(at, at + length)).replace(/\0.*$/s, '');
const viewOf = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
const sum = (bytes: Uint8Array) => bytes.reduce((total, byte) => (total + byte) & 0xff, 0);

/** Memory after a firmware did what the script says. */
class Firmware {
  readonly #files = new Map<string, { readonly base: number; readonly bytes: Uint8Array }>();
  #next = 0x8800_0000;

  constructor({ tables, rsdp, loader }: ReturnType<typeof buildAcpi>) {
    const given = new Map([
      [ACPI_FILES.tables as string, tables],
      [ACPI_FILES.rsdp as string, rsdp],
    ]);
    expect(loader.length % 128).toBe(0);
    for (let at = 0; at < loader.length; at += 128) this.#run(loader.subarray(at, at + 128), given);
  }

  #run(entry: Uint8Array, given: ReadonlyMap<string, Uint8Array>): void {
    const view = viewOf(entry);
    const file = nameAt(entry, 4);
    const command = view.getUint32(0, true);
    if (command === 1) {
      const alignment = view.getUint32(60, true);
      this.#next = Math.ceil((this.#next + 1) / alignment) * alignment;
      this.#files.set(file, { base: this.#next, bytes: given.get(file)!.slice() });
      this.#next += given.get(file)!.length;
    } else if (command === 2) {
      const [offset, size] = [view.getUint32(116, true), entry[120]];
      expect(size).toBe(8);
      const target = viewOf(this.#files.get(file)!.bytes);
      const base = BigInt(this.#files.get(nameAt(entry, 60))!.base);
      target.setBigUint64(offset, target.getBigUint64(offset, true) + base, true);
    } else {
      const [offset, start, length] = [60, 64, 68].map(at => view.getUint32(at, true)) as [
        number,
        number,
        number,
      ];
      const { bytes } = this.#files.get(file)!;
      bytes[offset] = -sum(bytes.subarray(start, start + length)) & 0xff;
    }
  }

  get rsdp(): Uint8Array {
    return this.#files.get(ACPI_FILES.rsdp)!.bytes;
  }

  /** The table at an address. */
  table(address: bigint): Uint8Array {
    const { base, bytes } = this.#files.get(ACPI_FILES.tables)!;
    const at = Number(address) - base;
    return bytes.subarray(at, at + viewOf(bytes).getUint32(at + 4, true));
  }

  /** Every table by its signature, found as a system finds them. */
  tables(): Map<string, Uint8Array> {
    const xsdt = this.table(viewOf(this.rsdp).getBigUint64(24, true));
    const found = new Map([['XSDT', xsdt]]);
    for (let at = 36; at < xsdt.length; at += 8) {
      const table = this.table(viewOf(xsdt).getBigUint64(at, true));
      found.set(nameAt(table, 0, 4), table);
    }
    const dsdt = viewOf(found.get('FACP')!).getBigUint64(140, true);
    return found.set('DSDT', this.table(dsdt));
  }
}

const hasIasl = spawnSync('iasl', ['-v']).status === 0;
if (!hasIasl) console.warn('skipped: disassembling the tables (iasl is not installed)');

/** What Intel's disassembler makes of a table. */
function disassemble(name: string, table: Uint8Array): string {
  const folder = mkdtempSync(join(tmpdir(), 'hmp-acpi-'));
  try {
    writeFileSync(join(folder, `${name}.aml`), table);
    const { stdout, stderr, status } = spawnSync('iasl', ['-d', `${name}.aml`], {
      cwd: folder,
      encoding: 'utf8',
    });
    expect(status, stdout + stderr).toBe(0);
    return readFileSync(join(folder, `${name}.dsl`), 'utf8');
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('ACPI tables', () => {
  const firmware = new Firmware(buildAcpi(PARTS));
  const tables = firmware.tables();

  it('are found from the root pointer, each summing up to zero', () => {
    expect([...tables.keys()].sort()).toEqual(['APIC', 'DSDT', 'FACP', 'MCFG', 'RHCT', 'SPCR', 'XSDT']);
    for (const [name, table] of tables) expect(sum(table), name).toBe(0);
    expect(nameAt(firmware.rsdp, 0, 8)).toBe('RSD PTR ');
    expect([sum(firmware.rsdp.subarray(0, 20)), sum(firmware.rsdp)]).toEqual([0, 0]);
  });

  it('name an interrupt controller for each hart and the PLIC', () => {
    const madt = tables.get('APIC')!;
    const entries: [number, number][] = [];
    for (let at = 44; at < madt.length; at += madt[at + 1]!) entries.push([madt[at]!, madt[at + 1]!]);
    expect(entries).toEqual([
      [0x18, 36],
      [0x18, 36],
      [0x1b, 36],
    ]);
  });

  it('name the files of messages, and an APLIC', () => {
    const files = { base: 0x2800_0000, size: 0x1000, identities: 255 };
    const platform = { kind: 'aplic', base: 0xd00_0000, size: 0x8000, sources: 96, messages: files } as const;
    const bytes = Uint8Array.from(madt({ harts: 2, platform }));
    const view = viewOf(bytes);
    expect([bytes[80], view.getUint32(80 + 24, true), view.getUint32(80 + 32, true)]).toEqual([
      0x18, 0x2800_1000, 0x1000,
    ]);
    expect([...bytes.subarray(116, 132)]).toEqual([0x19, 16, 1, 0, 0, 0, 0, 0, 255, 0, 255, 0, 0, 1, 0, 24]);
    expect([bytes[132], view.getUint16(132 + 16, true), view.getUint16(132 + 18, true)]).toEqual([
      0x1a, 0, 96,
    ]);
    expect(view.getUint32(132 + 24, true)).toBe(0xd00_0000);
    const wired = Uint8Array.from(madt({ harts: 2, platform: { ...platform, messages: null } }));
    expect([viewOf(wired).getUint32(80 + 20, true), wired[116]]).toEqual([1, 0x1a]);
  });

  it('tell the instruction set once and refer to it from each hart', () => {
    const rhct = tables.get('RHCT')!;
    const view = viewOf(rhct);
    const nodes: number[] = [];
    for (let at = view.getUint32(52, true); at < rhct.length; at += view.getUint16(at + 2, true)) {
      nodes.push(view.getUint16(at, true));
      if (view.getUint16(at, true) === 0) expect(nameAt(rhct, at + 8)).toBe('rv64imafdc_zicsr');
    }
    expect(nodes).toEqual([0, 2, 0xffff, 0xffff]);
    expect(view.getUint32(48, true)).toBe(nodes.length);
  });

  it.skipIf(!hasIasl)('describe the devices in a language that others read', () => {
    const source = disassemble('dsdt', tables.get('DSDT')!);
    for (const name of ['C001', 'FWCF', 'PIC0', 'COM0', 'VR07', 'PCI0']) {
      expect(source).toContain(`Device (${name})`);
    }
    expect(source).toContain('Name (_HID, EisaId ("PNP0A08")');
    expect(source).toContain('0x0000000400000000, // Range Minimum');
    expect(source).toContain('ToUUID ("33db4d5b-1ff7-401c-9657-7441c03dd766")');
    expect(source).not.toMatch(/Unknown|error/i);
    expect(disassemble('spcr', tables.get('SPCR')!)).toContain('Baud Rate : 07');
    expect(disassemble('mcfg', tables.get('MCFG')!)).toContain('End Bus Number : FF');
    expect(disassemble('fadt', tables.get('FACP')!)).toContain('Hardware Reduced (V5) : 1');
  });
});

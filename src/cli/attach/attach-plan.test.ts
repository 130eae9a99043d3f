import { describe, expect, it } from 'vitest';
import { parseInvocation } from '../parse-invocation.ts';
import { installRoot } from '../paths.ts';
import { loadOptionTable } from '../tables.ts';

const table = loadOptionTable(installRoot());
const parse = (...argv: string[]) => parseInvocation(table, argv);

describe('-attach', () => {
  it('is not asked for', () => {
    expect(parse('-m', '64M').attach).toBeNull();
  });

  it('reads an address, the last one given', () => {
    expect(parse('-attach', '/a', '--attach=/b', '-c', 'info status')).toMatchObject({
      attach: { address: { kind: 'unix', path: '/b' }, serial: null },
      commands: ['info status'],
    });
  });

  it('takes a socket of the serial port', () => {
    expect(parse('-attach', '/a', '-serial', 'tcp:h:1').attach?.serial).toEqual({
      kind: 'tcp',
      host: 'h',
      port: 1,
    });
    expect(parse('-attach', '/a', '-serial', 'none').attach?.serial).toBeNull();
    expect(() => parse('-attach', '/a', '-serial', 'exec:x')).toThrow(
      '-serial exec:x: with -attach expected',
    );
  });

  it('refuses what is no address', () => {
    expect(() => parse('-attach', 'host:')).toThrow(
      '-attach host:: expected unix:PATH, tcp:HOST:PORT, ssh://',
    );
  });

  it.each(['m', 'kernel', 'device', 'S', 'nographic', 'monitor', 'qmp', 'name'])('refuses -%s', name => {
    const argument = table.byName.get(name)!.hasArg ? ['x'] : [];
    expect(() => parse(`-${name}`, ...argument, '-attach', '/a')).toThrow(`-${name}: with -attach`);
  });
});

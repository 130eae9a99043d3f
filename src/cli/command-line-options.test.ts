import { describe, expect, it } from 'vitest';
import { commandLineOptions } from './command-line-options.ts';
import { installRoot } from './paths.ts';
import { loadOptionTable } from './tables.ts';

const table = loadOptionTable(installRoot());
const names = (group: string) =>
  commandLineOptions(table, group).flatMap(({ parameters }) => parameters.map(({ name }) => name));

describe('options of the command line, as clients ask for them', () => {
  it('have the parameters that help and manual name', () => {
    expect(names('drive')).toEqual(expect.arrayContaining(['if', 'id', 'file', 'format']));
    expect(names('smp-opts')).toContain('cpus');
    expect(names('memory')).toEqual(expect.arrayContaining(['size', 'slots', 'maxmem']));
  });

  it('are those that take any, under the names of their groups', () => {
    const options = commandLineOptions(table).map(({ option }) => option);
    expect(options).toContain('chardev');
    expect(options).not.toContain('S');
    expect(new Set(options).size).toBe(options.length);
  });

  it('must be there to be asked for', () => {
    expect(() => commandLineOptions(table, 'nosuch')).toThrow('invalid option name: nosuch');
  });
});

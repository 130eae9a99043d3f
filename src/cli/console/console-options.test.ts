import { describe, expect, it } from 'vitest';
import { consoleOptions, type GivenConsoleOptions } from './console-options.ts';

const NOTHING: GivenConsoleOptions = {
  nographic: false,
  nodefaults: false,
  serial: [],
  monitor: undefined,
  display: undefined,
  echr: undefined,
};

const options = (given: Partial<GivenConsoleOptions>) => consoleOptions({ ...NOTHING, ...given });

describe('where serial ports and monitor go', () => {
  it.each<[string, Partial<GivenConsoleOptions>, readonly string[], unknown]>([
    ['nothing said', {}, ['vc'], null],
    ['-nodefaults', { nodefaults: true }, [], null],
    ['-display none', { display: 'none' }, ['vc'], null],
    ['-monitor stdio', { monitor: 'stdio' }, ['vc'], null],
    ['-nographic', { nographic: true }, ['stdio'], { serial: 'serial0', monitor: true }],
    ['-serial mon:stdio', { serial: ['mon:stdio'] }, ['stdio'], { serial: 'serial0', monitor: true }],
    ['-serial stdio', { serial: ['stdio'] }, ['stdio'], { serial: 'serial0', monitor: false }],
    [
      'a second port',
      { serial: ['null', 'stdio'] },
      ['null', 'stdio'],
      { serial: 'serial1', monitor: false },
    ],
    [
      '-chardev stdio,id=c0 -serial chardev:c0',
      { serial: ['chardev:c0'], chardevs: [{ option: '-chardev stdio,id=c0', label: 'c0' }] },
      ['chardev:c0'],
      { serial: 'c0', monitor: false },
    ],
    ['no first port', { serial: ['none'] }, ['none'], null],
    [
      'a second port alone',
      { serial: ['none', 'stdio'] },
      ['none', 'stdio'],
      { serial: 'serial1', monitor: false },
    ],
    [
      '-nographic -serial null',
      { nographic: true, serial: ['null'] },
      ['null'],
      { serial: null, monitor: true },
    ],
    [
      '-nographic -monitor none',
      { nographic: true, monitor: 'none' },
      ['stdio'],
      { serial: 'serial0', monitor: false },
    ],
    ['-monitor none', { monitor: 'none' }, ['vc'], { serial: null, monitor: false }],
  ])('%s', (_, given, serials, console) => {
    const { serials: ports, console: plan } = options(given);
    expect(ports).toEqual(serials);
    expect(plan).toEqual(console === null ? null : { escape: 1, ...(console as object) });
  });

  it('knows no other displays; other monitors are elsewhere', () => {
    expect(() => options({ display: 'gtk' })).toThrow("Parameter 'type' does not accept value 'gtk'");
    expect(options({ monitor: 'unix:x' }).console).toMatchObject({ serial: null, monitor: false });
  });

  it('gives the terminal to one alone', () => {
    const message = 'cannot use stdio by multiple character devices';
    expect(() => options({ nographic: true, serial: ['stdio'] })).toThrow(message);
    expect(() => options({ nographic: true, serial: ['mon:stdio'], monitor: 'stdio' })).toThrow(message);
    expect(() => options({ serial: ['stdio', 'stdio'] })).toThrow(message);
  });

  it('tells which character device cannot have it', () => {
    const chardevs = ['a', 'b'].map(label => ({ option: `-chardev stdio,id=${label}`, label }));
    const message = '-chardev stdio,id=b: cannot use stdio by multiple character devices';
    expect(() => options({ chardevs })).toThrow(message);
  });

  it('reads the escape character', () => {
    expect(options({ nographic: true, echr: '0x14' }).console?.escape).toBe(0x14);
    expect(() => options({ nographic: true, echr: 'x' })).toThrow("Bad argument to echr: 'x'");
    expect(() => options({ nographic: true, echr: '256' })).toThrow('Bad argument to echr');
  });
});

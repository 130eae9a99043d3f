import { describe, expect, it } from 'vitest';
import { givenOptions } from '../testing/given.ts';
import { machineHelp, machineOptions } from './machine.ts';

/** What comes of so many -machine and -accel. */
function optionsOf(machines: readonly string[], accels: readonly string[]) {
  const words = [
    ...machines.flatMap(text => ['-machine', text]),
    ...accels.flatMap(text => ['-accel', text]),
  ];
  return machineOptions(givenOptions(...words));
}

describe('-machine and -accel', () => {
  it('are virt and tcg when nothing is said', () => {
    expect(optionsOf([], [])).toEqual({ machine: 'virt', machineProperties: {}, accelerator: 'tcg' });
  });

  it('adds what is said later to what was said before', () => {
    expect(optionsOf(['none', 'acpi=off', 'usb=off,acpi=on'], [])).toMatchObject({
      machine: 'none',
      machineProperties: { acpi: 'on', usb: 'off' },
    });
  });

  it.each([
    [[], ['qtest'], 'qtest'],
    [[], ['kvm', 'tcg,thread=multi,tb-size=64'], 'tcg'],
    [['virt,accel=kvm:qtest'], [], 'qtest'],
    [[], ['tcg', 'qtest'], 'tcg'],
  ])('%j %j is executed by %s', (machines, accels, accelerator) => {
    expect(optionsOf(machines, accels).accelerator).toBe(accelerator);
  });

  it.each([
    [['foo'], [], 'unsupported machine type: "foo"\nUse -machine help to list supported machines'],
    [[], ['kvm'], '-accel kvm: invalid accelerator kvm'],
    [['virt,accel=foo'], [], 'invalid accelerator foo'],
    [[], ['tcg,foo=1'], "-accel tcg,foo=1: Property 'tcg-accel.foo' not found"],
    [[], ['tcg,thread=x'], "-accel tcg,thread=x: Invalid 'thread' setting x"],
    [['accel=tcg'], ['tcg'], 'The -accel and "-machine accel=" options are incompatible'],
  ])('%j %j is refused', (machines, accels, message) => {
    expect(() => optionsOf(machines, accels)).toThrow(message);
  });

  it('lists what there is', () => {
    const machines =
      'Supported machines are:\nnone                 empty machine\n' +
      'virt                 RISC-V VirtIO board (default)\n';
    expect(machineHelp(['help'], [])).toBe(machines);
    expect(machineHelp([], ['help'])).toBe('Accelerators supported in QEMU binary:\ntcg\n');
    expect(machineHelp(['virt'], ['tcg'])).toBeUndefined();
    const options = machineHelp(['virt,help'], [])!;
    expect(options).toMatch(/^virt-machine options:\n {2}aclint=<bool> +- \w/);
    expect(options.indexOf('aia-guests=<string>')).toBeLessThan(options.indexOf('aia=<string>'));
    expect(() => machineHelp(['nosuch,help'], [])).toThrow('unsupported machine type: "nosuch"');
    expect(optionsOf(['help'], ['?']).machine).toBe('virt');
  });
});

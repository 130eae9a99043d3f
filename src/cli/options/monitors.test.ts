import { expect, it } from 'vitest';
import { givenOptions } from '../testing/given.ts';
import { monitorConfigs } from './monitors.ts';

const read = (...argv: string[]) => monitorConfigs(givenOptions(...argv));

it('reads -mon, -qmp and -qmp-pretty in their order', () => {
  const option = '-mon chardev=c0,mode=control,pretty=on';
  expect(read('-qmp', 'unix:a', '-mon', option.slice(5), '-qmp-pretty', 'unix:b', '-qmp', 'none')).toEqual([
    { spec: 'unix:a', mode: 'control', pretty: false, label: 'compat_monitor0', chardevsBefore: 0 },
    { spec: 'chardev:c0', mode: 'control', pretty: true, option, chardevsBefore: 0 },
    { spec: 'unix:b', mode: 'control', pretty: true, label: 'compat_monitor1', chardevsBefore: 0 },
  ]);
});

it('numbers all but those of -mon, and knows their place among the character devices', () => {
  const chardev = ['-chardev', 'null,id=c0'];
  const monitors = read(
    ...['-monitor', 'stdio', ...chardev, '-mon', 'c0', '-qmp', 'chardev:c1', '-chardev', 'null,id=c1'],
    ...['-monitor', 'unix:a', '-qmp', 'unix:b'],
  );
  expect(monitors.map(({ spec, label, chardevsBefore }) => [spec, label, chardevsBefore])).toEqual([
    ['chardev:c0', undefined, 1],
    ['chardev:c1', undefined, 1],
    ['unix:a', 'compat_monitor2', 2],
    ['unix:b', 'compat_monitor3', 2],
  ]);
});

it.each([
  ['mode=control', "-mon mode=control: Parameter 'chardev' is missing"],
  ['c0,mode=foo', "-mon c0,mode=foo: Parameter 'mode' does not accept value 'foo'"],
  ['c0,mode=control,bla=1', "-mon c0,mode=control,bla=1: Invalid parameter 'bla'"],
  ['c0,mode=control,pretty=x', "Parameter 'pretty' expects 'on' or 'off'"],
  ['c0,mode=readline,pretty=on', "'pretty' is not compatible with HMP monitors"],
])('-mon %s is refused', (text, message) => {
  expect(() => read('-mon', text)).toThrow(message);
});

import { kindOf } from '../../core/machine-kinds.ts';
import { booleanOf } from '../../qapi/text-values.ts';
import { type ConsoleOptions, consoleOptions } from '../console/console-options.ts';
import type { GivenOptions } from '../given-options.ts';
import { machineOptions } from './machine.ts';
import { monitorConfigs } from './monitors.ts';

/** Where serial ports and monitor are. @throws UsageError */
export function consoles(given: GivenOptions): ConsoleOptions {
  return consoleOptions({
    nographic: given.has('nographic'),
    nodefaults: withoutPorts(given),
    serial: given.all('serial'),
    chardevs: [...stdioChardevs(given), ...stdioClients(given)],
    monitor: given.last('monitor'),
    display: given.last('display'),
    echr: given.last('echr'),
  });
}

/** `-chardev stdio`; a mux has the stream under a name of its own. */
function stdioChardevs(given: GivenOptions): { option: string; label: string }[] {
  return given.given('chardev').flatMap(one => {
    const { backend, id, mux = 'off' } = given.valuesOf(one);
    if (backend !== 'stdio' || id === undefined) return [];
    return [{ option: one.origin, label: booleanOf('mux', mux) ? `${id}-base` : id }];
  });
}

/** QMP and the test protocol on the program's own input and output. */
function stdioClients(given: GivenOptions): { option: string; label: string }[] {
  const monitors = monitorConfigs(given).flatMap(({ spec, label = '' }) =>
    spec === 'stdio' ? [{ option: '-qmp stdio', label }] : [],
  );
  return given.last('qtest') === 'stdio'
    ? [...monitors, { option: '-qtest stdio', label: 'qtest' }]
    : monitors;
}

/** Whether ports come only with an option. */
function withoutPorts(given: GivenOptions): boolean {
  const { machine } = machineOptions(given);
  return given.has('nodefaults') || !kindOf({ machine }).defaultPorts;
}

/** Without a word about it there is one port, a console pane. */
export function parallels(given: GivenOptions): string[] {
  const specs = given.all('parallel').filter(spec => spec !== 'none');
  return given.has('parallel') || withoutPorts(given) ? specs : ['vc'];
}

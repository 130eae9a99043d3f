import type { MonitorConfig } from '../../core/config.ts';
import { type ConsoleOptions, consoleOptions } from '../console/console-options.ts';
import type { GivenOptions } from '../given-options.ts';

/** Where serial ports and monitor are. @throws UsageError */
export function consoles(given: GivenOptions): ConsoleOptions {
  return consoleOptions({
    nographic: given.has('nographic'),
    nodefaults: given.has('nodefaults'),
    serial: given.all('serial'),
    monitor: given.last('monitor'),
    display: given.last('display'),
    echr: given.last('echr'),
  });
}

/** `-qmp` and `-qmp-pretty`; `none` is a monitor that is not there. */
export function monitors({ order }: GivenOptions): MonitorConfig[] {
  return order
    .filter(({ option, argument }) => /^qmp(-pretty)?$/.test(option.name) && argument !== 'none')
    .map(({ option, argument }) => ({ spec: argument, pretty: option.name === 'qmp-pretty' }));
}

/** Without a word about it there is one port, a console pane. */
export function parallels(given: GivenOptions): string[] {
  const specs = given.all('parallel').filter(spec => spec !== 'none');
  return given.has('parallel', 'nodefaults') ? specs : ['vc'];
}

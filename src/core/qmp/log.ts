import { QmpError } from '../../qapi/errors.ts';
import { LOG_ITEMS } from '../log/items.ts';
import type { MachineLogging } from '../log/machine-logging.ts';
import type { CommandHandlers } from './handlers.ts';

/** What is logged and traced. */
export function logHandlers(logging: MachineLogging, harts: number): CommandHandlers {
  const { log, trace } = logging;
  /** No event can be switched for one hart alone. */
  const refuseVcpu = (name: string, vcpu: bigint | undefined) => {
    if (vcpu === undefined) return;
    if (vcpu < 0n || vcpu >= BigInt(harts)) throw new QmpError(`invalid vCPU index ${vcpu}`);
    for (const event of trace.find(name)) throw new QmpError(`event "${event}" is not vCPU-specific`);
  };
  return {
    'x-query-log': () => LOG_ITEMS.map(({ name, help }) => ({ name, help, enabled: log.has(name) })),
    'x-log': ({ items }) => {
      const unknown = logging.setItems(items);
      if (!unknown) throw new QmpError(`invalid parameter value: ${items}`);
      return { unknown };
    },
    'x-logfile': ({ filename }) => {
      log.setFile(filename);
      return {};
    },
    'trace-event-get-state': ({ name, vcpu }) => {
      refuseVcpu(name, vcpu);
      return trace
        .find(name)
        .map(event => ({ name: event, state: trace.isOn(event) ? 'enabled' : 'disabled', vcpu: false }));
    },
    'trace-event-set-state': ({ name, enable, vcpu }) => {
      refuseVcpu(name, vcpu);
      logging.setEvents(name, enable);
      return {};
    },
  };
}

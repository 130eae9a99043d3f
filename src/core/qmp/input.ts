import { QmpError } from '../../qapi/errors.ts';
import type { Displays } from '../display/console.ts';
import type { Input } from '../input/input.ts';
import type { Bus } from '../qom/device.ts';
import { displayOf } from './display.ts';
import type { CommandHandlers } from './handlers.ts';

/** Keys and pointers: input for the guest, and who takes it. */
export function inputHandlers(input: Input, displays: Displays, sysbus: Bus): CommandHandlers {
  return {
    'query-mice': () => input.handlers.mice(),
    'send-key': ({ keys, 'hold-time': holdTime = 0n }) => {
      input.sendKeys(keys, Number(holdTime));
      return {};
    },
    'input-send-event': ({ device, head, events }) => {
      const display = device === undefined ? undefined : displayOf(displays, sysbus, device, head);
      if (!input.running) throw new QmpError('VM not running');
      const nobody = events.find(({ type }) => !input.handlers.find(type, display));
      if (nobody) throw new QmpError(`Input handler not found for event type ${nobody.type}`);
      for (const event of events) input.send(event, display);
      input.sync();
      return {};
    },
    'x-mouse-move': ({ dx, dy, dz = 0n }) => {
      input.moveMouse(dx, dy, dz);
      return {};
    },
    'x-mouse-button': ({ state }) => {
      input.setButtons(state);
      return {};
    },
    'x-mouse-set': ({ index }) => {
      input.handlers.selectMouse(index);
      return {};
    },
  };
}

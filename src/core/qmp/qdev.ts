import { QmpError } from '../../qapi/errors.ts';
import type { DeviceFactory, DevicePlugger } from '../board/plug.ts';
import type { EventBus } from '../events.ts';
import type { Bus } from '../qom/device.ts';
import { formatDeviceList, formatDeviceOptions } from '../qom/device-help.ts';
import { formatQtree } from '../qom/qtree.ts';
import type { TypeTable } from '../qom/types.ts';
import type { CommandHandlers } from './handlers.ts';
import { ownProperties } from './qom.ts';

export interface QdevParts {
  readonly types: TypeTable;
  readonly sysbus: Bus;
  readonly plugger: DevicePlugger;
  readonly events: EventBus;
  /** Calls back behind the reply to the command that is being run. */
  readonly defer: (callback: () => void) => void;
  /** Makes a device of a user-creatable type. */
  readonly createDevice: DeviceFactory;
}

/** Devices as users see them: what there is, what can be added, on which bus. */
export function qdevHandlers(parts: QdevParts): CommandHandlers {
  const { types, sysbus, plugger, events, createDevice } = parts;
  plugger.onRemoved(({ id, path }) =>
    parts.defer(() => events.emit('DEVICE_DELETED', id === '' ? { path } : { device: id, path })),
  );
  return {
    'device-list-properties': ({ typename }) => {
      const type = types.get(typename);
      if (!type) throw new QmpError(`Device '${typename}' not found`, 'DeviceNotFound');
      if (type.abstract || !types.isA(typename, 'device')) {
        throw new QmpError("Parameter 'typename' expects a non-abstract device type");
      }
      return ownProperties(types, typename);
    },
    'x-query-qtree': ({ brief }) => text(formatQtree(sysbus, brief ?? false)),
    'x-query-device-help': ({ driver, all = false }) =>
      text(driver === undefined ? formatDeviceList(types, all) : formatDeviceOptions(types, driver)),
    device_add: args => {
      plugger.add(args, createDevice, true);
      return {};
    },
    device_del: ({ id }) => {
      plugger.remove(id);
      return {};
    },
    'device-sync-config': ({ id }) => {
      const { typeName } = plugger.find(id);
      throw new QmpError(`device-sync-config is not supported for '${typeName}'`);
    },
  };
}

function text(value: string) {
  return { 'human-readable-text': value };
}

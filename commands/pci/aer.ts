import { CommandError, type Handler } from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';
import type { PciDeviceInfo } from '../../src/qapi/generated/types.ts';
import { CORRECTABLE, UNCORRECTABLE } from './aer-errors.ts';

/**
 * `pcie_aer_inject_error [-a] [-c] id error_status ...`: no function here has the capability that would report an
 * error, and QEMU's answer in that case is the system's word for it.
 */
export const pcieAerInjectError: Handler<{ id: string; error_status: string }> = async (
  { qmp },
  { id, error_status: status },
) => {
  const buses = await qmp.execute('query-pci');
  if (!buses.some(({ devices }) => hasDevice(devices, id))) {
    throw new QmpError(`device '${id}' not found`);
  }
  const known: readonly string[] = [...UNCORRECTABLE, ...CORRECTABLE];
  if (!known.includes(status) && !/^(0x[0-9a-f]+|\d+)$/i.test(status)) {
    throw new CommandError(`invalid error status value. "${status}"`);
  }
  throw new CommandError('failed to inject error: Function not implemented');
};

function hasDevice(devices: readonly PciDeviceInfo[], id: string): boolean {
  return devices.some(device => device.qdev_id === id || hasDevice(device.pci_bridge?.devices ?? [], id));
}

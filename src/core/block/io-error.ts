import type { EventBus } from '../events.ts';
import type { Device } from '../qom/device.ts';
import type { BlockIoError, Drive, ErrorPolicy } from './drive.ts';

/** What becomes of a request that the back end refused. */
export type ErrorAction = 'report' | 'ignore' | 'stop';

interface Surroundings {
  readonly events: EventBus;
  stopOnError?(): void;
}

/** Takes over what the device's properties say of errors, and of their place in the statistics, where they are not `auto`. */
export function settleErrorPolicies(device: Device, drive: Drive): void {
  drive.readErrors = chosen(device, 'rerror', drive.readErrors);
  drive.writeErrors = chosen(device, 'werror', drive.writeErrors);
  const { invalid, failed } = drive.stats.accounting;
  drive.stats.accounting = {
    invalid: switched(device, 'account-invalid', invalid),
    failed: switched(device, 'account-failed', failed),
  };
}

function switched(device: Device, property: string, otherwise: boolean): boolean {
  const value = device.value(property);
  return value === 'auto' ? otherwise : value === 'on';
}

function chosen(device: Device, property: string, otherwise: ErrorPolicy): ErrorPolicy {
  const value = String(device.value(property));
  return value === 'auto' ? otherwise : (value as ErrorPolicy);
}

/** Decides by the drive's policy, remembers the status, tells the world, and stops the machine if due. */
export function handleIoError(
  surroundings: Surroundings,
  drive: Drive,
  qomPath: string,
  operation: 'read' | 'write',
  error: BlockIoError,
): ErrorAction {
  const policy = operation === 'read' ? drive.readErrors : drive.writeErrors;
  const action = policy === 'enospc' ? (error.noSpace ? 'stop' : 'report') : policy;
  if (action === 'stop' && drive.ioStatus === 'ok') drive.ioStatus = error.noSpace ? 'nospace' : 'failed';
  surroundings.events.emit('BLOCK_IO_ERROR', {
    'qom-path': qomPath,
    device: drive.id,
    'node-name': drive.nodeName,
    operation,
    action,
    ...(hasStatus(drive) ? { nospace: error.noSpace } : {}),
    reason: error.message,
  });
  if (action === 'stop') surroundings.stopOnError?.();
  return action;
}

/** Whether the drive's policies can stop the machine, so that it has an I/O status to show. */
export function hasStatus(drive: Drive): boolean {
  return ['stop', 'enospc'].includes(drive.writeErrors) || drive.readErrors === 'stop';
}

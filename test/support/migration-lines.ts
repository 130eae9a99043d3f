/** Monitor and QMP commands about migration, displays elsewhere and descriptors, for the test that runs every command. */
import { expect } from 'vitest';
import type { QmpObject } from '../../src/qapi/value.ts';

/** Monitor commands that this machine can only refuse, and why. */
export const REFUSED_COMMANDS: readonly string[] = [
  'migrate', // the state of harts cannot be sent
  'migrate_continue',
  'migrate_incoming',
  'migrate_recover',
  'migrate_pause',
  'migrate_start_postcopy',
  'x_colo_lost_heartbeat',
  'client_migrate_info', // no displays elsewhere
  'set_password',
  'expire_password',
  'wavcapture', // no sound
  'getfd', // no descriptor ever comes along
  'closefd',
  'pcie_aer_inject_error', // no function has the capability
  'set_vcpu_dirty_limit', // takes the host's kernel
];

/** The same of QMP. */
export const REFUSED_REQUESTS: readonly string[] = [
  'add-fd',
  'device-sync-config',
  'query-hv-balloon-status-report',
  'add_client',
  'change-vnc-password',
  'client_migrate_info',
  'closefd',
  'display-update',
  'expire_password',
  'getfd',
  'migrate',
  'migrate-continue',
  'migrate-incoming',
  'migrate-pause',
  'migrate-recover',
  'migrate-start-postcopy',
  'query-acpi-ospm-status',
  'remove-fd',
  'set-numa-node',
  'set-vcpu-dirty-limit',
  'set_password',
  'x-colo-lost-heartbeat',
  'xen-load-devices-state',
  'xen-save-devices-state',
];

export const LINES: readonly (readonly [line: string, answer: RegExp | string])[] = [
  ['migrate_cancel', ''],
  ['stopcapture 0', ''],
  [
    'calc_dirty_rate 1',
    "Starting dirty rate measurement with period 1 seconds\n[Please use 'info dirty_rate' to check results]\n",
  ],
  ['info dirty_rate', /^Status: measuring\n[\s\S]*^Period: 1 \(sec\)\nMode: page-sampling\n/m],
  ['cancel_vcpu_dirty_limit', "[Please use 'info vcpu_dirty_limit' to query dirty limit for virtual CPU]\n"],
];

const BLOCKED = "Error: State blocked by non-migratable device 'cpu'\n";

export const REFUSALS: readonly (readonly [line: string, message: string])[] = [
  ['migrate -d tcp:127.0.0.1:1', BLOCKED],
  ['migrate unix:/nosuch/x', BLOCKED],
  ['migrate file:/nosuch/x', BLOCKED],
  ['migrate "exec:touch /tmp/hmp-started"', BLOCKED],
  ['migrate foo', 'Error: unknown migration protocol: foo\n'],
  ['migrate -r tcp:127.0.0.1:1', 'Error: Cannot resume if there is no paused migration\n'],
  ['migrate_continue foo', 'Error: invalid parameter value: foo\n'],
  ['migrate_continue pre-switchover', 'Error: Migration not in expected state: none\n'],
  ['migrate_incoming tcp:0:1', "Error: '-incoming' was not specified on the command line\n"],
  ['migrate_recover tcp:0:1', 'Error: Migrate recover can only be run when postcopy is paused.\n'],
  [
    'migrate_pause',
    'Error: migrate-pause is currently only supported during postcopy-active or postcopy-recover state\n',
  ],
  [
    'migrate_start_postcopy',
    'Error: Enable postcopy with migrate_set_capability before the start of migration\n',
  ],
  ['x_colo_lost_heartbeat', "Error: The feature 'colo' is not enabled\n"],
  ['client_migrate_info spice h', 'Error: SPICE is not in use\n'],
  ['client_migrate_info vnc h', "Error: Parameter 'protocol' expects 'spice'\n"],
  ['set_password vnc x', 'Error: Could not set password\n'],
  ['set_password foo x', 'Error: invalid parameter value: foo\n'],
  ['set_password spice x', 'Error: SPICE is not in use\n'],
  ['expire_password vnc now', 'Error: Could not set password expire time\n'],
  ['expire_password spice now', 'Error: SPICE is not in use\n'],
  ['wavcapture /tmp/x.wav aud', "audiodev 'aud' not found\n"],
  ['getfd a', 'Error: No file descriptor supplied via SCM_RIGHTS\n'],
  ['closefd a', "Error: File descriptor named 'a' not found\n"],
  ['pcie_aer_inject_error x DLP', "Error: device 'x' not found\n"],
  ['pcie_aer_inject_error rp0 BLA', 'invalid error status value. "BLA"\n'],
  ['pcie_aer_inject_error rp0 DLP', 'failed to inject error: Function not implemented\n'],
  ['calc_dirty_rate 0', 'Error: Incorrect period length specified!\n'],
  ['calc_dirty_rate -r -b 1', 'Error: Either dirty ring or dirty bitmap can be specified!\n'],
  [
    'set_vcpu_dirty_limit 5',
    "Error: dirty page limit feature requires KVM with accelerator property 'dirty-ring-size' set'\n",
  ],
];

export const REQUESTS: readonly (readonly [command: string, args: QmpObject, reply: unknown])[] = [
  ['query-current-machine', {}, { 'wakeup-suspend-support': false }],
  ['query-display-options', {}, { type: 'none' }],
  ['query-stats-schemas', {}, []],
  ['query-tpm-models', {}, []],
  ['query-tpm-types', {}, []],
  ['query-pr-managers', {}, []],
  ['query-fdsets', {}, []],
  ['query-yank', {}, []],
  ['yank', { instances: [] }, {}],
  ['display-reload', { type: 'vnc' }, {}],
  ['query-audiodevs', {}, []],
  [
    'query-cpu-definitions',
    {},
    expect.arrayContaining([expect.objectContaining({ name: 'rv64', typename: 'rv64-riscv-cpu' })]),
  ],
  [
    'query-cpu-model-expansion',
    { type: 'full', model: { name: 'rv64' } },
    { model: { name: 'rv64', props: expect.objectContaining({ zba: true, zicond: false }) } },
  ],
  ['query-migrationthreads', {}, []],
  [
    'qom-list-get',
    { paths: ['/machine/peripheral'] },
    [
      {
        properties: expect.arrayContaining([
          { name: 'type', type: 'string', value: 'container' },
          { name: 'blk0', type: 'child<virtio-blk-device>', value: '/machine/peripheral/blk0' },
        ]),
      },
    ],
  ],
  ['query-colo-status', {}, { mode: 'none', 'last-mode': 'none', reason: 'none' }],
  ['xen-set-global-dirty-log', { enable: true }, {}],
  [
    'query-command-line-options',
    { option: 'drive' },
    [{ option: 'drive', parameters: expect.arrayContaining([{ name: 'file', type: 'string' }]) }],
  ],
];

/** QMP commands that are refused, with the message. */
export const REQUEST_REFUSALS: readonly (readonly [command: string, args: QmpObject, message: string])[] = [
  ['query-hv-balloon-status-report', {}, 'hv-balloon device not enabled in this build'],
  ['device-sync-config', { id: 'nope' }, "Device 'nope' not found"],
  ['device-sync-config', { id: 'blk0' }, "device-sync-config is not supported for 'virtio-blk-device'"],
  ['qom-list-get', { paths: ['/machine', '/nope'] }, "Device '/nope' not found"],
  ['migrate', {}, "neither 'uri' or 'channels' argument are specified in 'migrate' qmp command "],
  [
    'migrate',
    {
      channels: [
        { 'channel-type': 'main', addr: { transport: 'exec', args: ['/bin/touch', '/tmp/hmp-started'] } },
      ],
    },
    "State blocked by non-migratable device 'cpu'",
  ],
  ['migrate', { uri: 'tcp:0:1', channels: [] }, "'uri' and 'channels' arguments are mutually exclusive"],
  ['add-fd', {}, 'No file descriptor supplied via SCM_RIGHTS'],
  ['remove-fd', { 'fdset-id': 1n, fd: 3n }, "File descriptor named 'fdset-id:1, fd:3' not found"],
  ['add_client', { protocol: 'vnc', fdname: 'x' }, "File descriptor named 'x' has not been found"],
  ['yank', { instances: [{ type: 'chardev', id: 'x' }] }, 'Instance not found'],
  ['change-vnc-password', { password: 'x' }, 'Could not set password'],
  ['display-update', { type: 'vnc' }, 'Can not find vnc display'],
  ['display-reload', { type: 'vnc', 'tls-certs': true }, 'Can not find vnc display'],
  ['query-acpi-ospm-status', {}, 'command is not supported, missing ACPI device'],
  ['set-numa-node', { type: 'node' }, 'The command is permitted only before the machine has been created'],
  ['xen-save-devices-state', { filename: '/nosuch/x' }, 'the state of this machine cannot be kept'],
  ['xen-load-devices-state', { filename: '/nosuch/x' }, 'the state of this machine cannot be kept'],
  ['query-command-line-options', { option: 'nosuch' }, 'invalid option name: nosuch'],
  ['calc-dirty-rate', { 'calc-time': 61n }, 'Calculation time is out of range [50ms, 60000ms].'],
];

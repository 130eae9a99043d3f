/** Monitor and QMP commands about jobs, copies and exports of drives, for the test that runs every command. */
import { expect } from 'vitest';
import type { QmpObject } from '../../src/qapi/value.ts';

/** Monitor commands that this machine can only refuse, and why. */
export const REFUSED_COMMANDS: readonly string[] = [
  'block_job_complete', // no job here goes on for ever
  'block_job_set_speed', // jobs are done before anybody could
  'block_job_cancel',
  'block_job_pause',
  'block_job_resume',
  'snapshot_blkdev', // raw images
  'snapshot_blkdev_internal',
  'snapshot_delete_blkdev_internal',
  'drive_mirror', // no copies of images in use
  'drive_backup',
];

/** The same of QMP. */
export const REFUSED_REQUESTS: readonly string[] = [
  'block-commit',
  'block-job-cancel',
  'block-job-change',
  'block-job-complete',
  'block-job-pause',
  'block-job-resume',
  'block-job-set-speed',
  'blockdev-backup',
  'blockdev-mirror',
  'blockdev-snapshot',
  'blockdev-snapshot-delete-internal-sync',
  'blockdev-snapshot-internal-sync',
  'blockdev-snapshot-sync',
  'change-backing-file',
  'drive-backup',
  'drive-mirror',
  'job-complete',
  'job-pause',
  'job-resume',
  'x-blockdev-amend',
  'x-blockdev-change',
];

export const LINES: readonly (readonly [line: string, answer: RegExp | string])[] = [
  ['block_stream d0', ''],
  ['nbd_server_start -a 127.0.0.1:0', ''],
  ['nbd_server_add d0 again', ''],
  ['nbd_server_remove -f again', ''],
  ['nbd_server_stop', ''],
  ['qemu-io d0 "write -q -P 0x55 16k 1k"', ''],
  ['qemu-io d0 "read -C -P 0x55 16k 1k"', /^1024,1,\d:\d\d:\d\d\.\d\d,[0-9]+\.[0-9]{3},[0-9]+\.[0-9]{3}\n$/],
  [
    'qemu-io -d blk0 "read -v 16k 2"',
    /^00004000: {2}55 55 {2}UU\nread 2\/2 bytes at offset 16384\n2 bytes, /,
  ],
];

const NO_JOB = "Error: Block job 'x' not found\n";
const NO_NODE = "Error: Cannot find device='x' nor node-name='x'\n";

export const REFUSALS: readonly (readonly [line: string, message: string])[] = [
  ['block_stream x', NO_NODE],
  ['qemu-io x length', "Error: Cannot find device='' nor node-name='x'\n"],
  ['qemu-io -d x length', "Error: Device 'x' not found\n"],
  ['qemu-io -d net0 length', 'Error: Device does not have a block device backend\n'],
  ['qemu-io d0 bogus', 'command "bogus" not found\n'],
  ['qemu-io d0 "read 1T 1"', 'read failed: Input/output error\n'],
  ['qemu-io d0', 'qemu-io: string expected\nTry "help qemu-io" for more information\n'],
  ['block_stream d0 0 base.raw', "Error: Can't find 'base.raw' in the backing chain\n"],
  ['block_job_set_speed x 1', NO_JOB],
  ['block_job_cancel -f x', NO_JOB],
  ['block_job_complete x', NO_JOB],
  ['block_job_pause x', NO_JOB],
  ['block_job_resume x', NO_JOB],
  ['snapshot_blkdev d0', "Error: Parameter 'snapshot-file' is missing\n"],
  ['snapshot_blkdev d0 /tmp/o.qcow2', "Error: Unknown file format 'qcow2'\n"],
  ['snapshot_blkdev -n d0 /tmp/o.qcow2', "Error: Unknown driver 'qcow2'\n"],
  ['snapshot_blkdev d0 /tmp/o raw', "Error: Backing file not supported for file format 'raw'\n"],
  [
    'snapshot_blkdev_internal d0 s',
    "Error: Block format 'raw' used by device 'd0' does not support internal snapshots\n",
  ],
  ['snapshot_delete_blkdev_internal d0 s', 'Error: Failed to get a snapshot list: Operation not supported\n'],
  ['drive_mirror d0 /nosuch/t', "Error: Could not create '/nosuch/t': No such file or directory\n"],
  ['drive_mirror x /tmp/t', NO_NODE],
  ['drive_backup -f d0 /nosuch/t', "Error: Could not create '/nosuch/t': No such file or directory\n"],
  ['nbd_server_start -w 127.0.0.1:1', 'Error: -w only valid together with -a\n'],
  ['nbd_server_start nowhere', "Error: error parsing address 'nowhere'\n"],
  [
    'nbd_server_start unix:/nosuch/nbd',
    'Error: Failed to bind socket to /nosuch/nbd: No such file or directory\n',
  ],
  ['nbd_server_add x', NO_NODE],
  ['nbd_server_add d0', 'Error: NBD server not running\n'],
  ['nbd_server_remove x', "Error: Export 'x' is not found\n"],
  ['nbd_server_stop', 'Error: NBD server not running\n'],
];

const about = { job: 'q-job' };

export const REQUESTS: readonly (readonly [command: string, args: QmpObject, reply: unknown])[] = [
  [
    'x-qemu-io',
    { device: 'd0', command: 'alloc 0' },
    { 'human-readable-text': '512/512 bytes allocated at offset 0 bytes\n', failed: false },
  ],
  ['query-block-exports', {}, []],
  ['nbd-server-start', { addr: { type: 'inet', data: { host: '127.0.0.1', port: '0' } } }, {}],
  ['block-export-add', { type: 'nbd', id: 'e', 'node-name': 'n1', writable: true }, {}],
  ['nbd-server-add', { device: 'd0' }, {}],
  [
    'query-block-exports',
    {},
    [
      { id: 'd0', type: 'nbd', 'node-name': expect.stringMatching('#block'), 'shutting-down': false },
      { id: 'e', type: 'nbd', 'node-name': 'n1', 'shutting-down': false },
    ],
  ],
  ['block-export-del', { id: 'e' }, {}],
  ['nbd-server-remove', { name: 'd0' }, {}],
  ['nbd-server-stop', {}, {}],
  ['query-jobs', {}, []],
  ['block-stream', { 'job-id': about.job, device: 'd0', 'auto-finalize': false, 'auto-dismiss': false }, {}],
  [
    'query-block-jobs',
    {},
    [expect.objectContaining({ device: about.job, type: 'stream', status: 'pending' })],
  ],
  ['block-job-finalize', { id: about.job }, {}],
  ['query-jobs', {}, [expect.objectContaining({ id: about.job, status: 'concluded' })]],
  ['block-job-dismiss', { id: about.job }, {}],
  ['block-stream', { 'job-id': about.job, device: 'd0', 'auto-finalize': false, 'auto-dismiss': false }, {}],
  ['job-finalize', { id: about.job }, {}],
  ['job-dismiss', { id: about.job }, {}],
  ['block-stream', { 'job-id': about.job, device: 'd0', 'auto-finalize': false }, {}],
  ['job-cancel', { id: about.job }, {}],
  ['query-jobs', {}, []],
  ['snapshot-save', { 'job-id': 'save', tag: 't', vmstate: 'x', devices: ['x'] }, {}],
  ['snapshot-load', { 'job-id': 'load', tag: 't', vmstate: 'x', devices: ['x'] }, {}],
  ['snapshot-delete', { 'job-id': 'delete', tag: 't', devices: ['x'] }, {}],
  [
    'query-jobs',
    {},
    ['delete', 'load', 'save'].map(id =>
      expect.objectContaining({ id, status: 'concluded', error: "No block device node 'x'" }),
    ),
  ],
  ['block-dirty-bitmap-add', { node: 'd0', name: 'b', granularity: 512 }, {}],
  ['block-dirty-bitmap-add', { node: 'd0', name: 'c', disabled: true }, {}],
  ['block-dirty-bitmap-enable', { node: 'd0', name: 'c' }, {}],
  ['block-dirty-bitmap-disable', { node: 'd0', name: 'c' }, {}],
  ['block-dirty-bitmap-clear', { node: 'd0', name: 'b' }, {}],
  ['block-dirty-bitmap-merge', { node: 'd0', target: 'c', bitmaps: ['b', { node: 'd0', name: 'b' }] }, {}],
  [
    'x-debug-block-dirty-bitmap-sha256',
    { node: 'd0', name: 'c' },
    { sha256: 'af5570f5a1810b7af78caf4bc70a660f0df51e42baf91d4de5b2328de0e83dfc' },
  ],
  [
    'transaction',
    {
      actions: [
        { type: 'block-dirty-bitmap-remove', data: { node: 'd0', name: 'b' } },
        { type: 'block-dirty-bitmap-add', data: { node: 'd0', name: 'd' } },
      ],
    },
    {},
  ],
  ['block-dirty-bitmap-remove', { node: 'd0', name: 'd' }, {}],
  ['block-latency-histogram-set', { id: 'blk0', boundaries: [10n, 1000n] }, {}],
  ['blockdev-create', { 'job-id': 'new', options: { driver: 'file', filename: '/nosuch/x', size: 1n } }, {}],
  ['blockdev-reopen', { options: [] }, {}],
  ['x-blockdev-set-iothread', { 'node-name': 'n1', iothread: null }, {}],
  ['block-set-write-threshold', { 'node-name': 'n1', 'write-threshold': 1000n }, {}],
  [
    'x-debug-query-block-graph',
    {},
    {
      nodes: expect.arrayContaining([expect.objectContaining({ name: 'd0', type: 'block-backend' })]),
      edges: expect.arrayContaining([expect.objectContaining({ name: 'root' })]),
    },
  ],
];

/** QMP commands that are refused, with the message. */
export const REQUEST_REFUSALS: readonly (readonly [command: string, args: QmpObject, message: string])[] = [
  ['block-commit', { device: 'd0' }, 'cannot commit an image into itself'],
  [
    'change-backing-file',
    { device: 'd0', 'image-node-name': 'n1', 'backing-file': 'x' },
    'not allowing backing file change on an image without a backing file',
  ],
  [
    'blockdev-backup',
    { device: 'd0', target: 'n1', sync: 'full' },
    'Source and target image have different sizes',
  ],
  [
    'blockdev-mirror',
    { device: 'd0', target: 'x', sync: 'full' },
    "Cannot find device='x' nor node-name='x'",
  ],
  ['block-job-change', { id: 'x', type: 'mirror', 'copy-mode': 'background' }, "Block job 'x' not found"],
  ['job-pause', { id: 'save' }, "Job 'save' in state 'concluded' cannot accept command verb 'pause'"],
  ['job-resume', { id: 'save' }, "Can't resume a job that was not paused"],
  ['job-complete', { id: 'save' }, "Job 'save' in state 'concluded' cannot accept command verb 'complete'"],
  [
    'snapshot-save',
    { 'job-id': 'save', tag: 't', vmstate: 'x', devices: [] },
    "Job ID 'save' already in use",
  ],
  ['snapshot-save', { 'job-id': '5', tag: 't', vmstate: 'x', devices: [] }, "Invalid job ID '5'"],
  ['block-dirty-bitmap-add', { node: 'd0', name: 'c' }, 'Bitmap already exists: c'],
  [
    'block-dirty-bitmap-add',
    { node: 'd0', name: 'e', granularity: 5 },
    'Granularity must be power of 2 and at least 512',
  ],
  [
    'block-dirty-bitmap-add',
    { node: 'd0', name: 'e', persistent: true },
    "Can't store persistent bitmaps to d0: Operation not supported",
  ],
  [
    'block-latency-histogram-set',
    { id: 'blk0', boundaries: [5n, 1n] },
    "Device 'blk0' set read boundaries fail",
  ],
  ['transaction', { actions: [{ type: 'abort', data: {} }] }, 'Transaction aborted using Abort action'],
  [
    'x-blockdev-amend',
    { 'job-id': 'a', 'node-name': 'n1', options: { driver: 'null-co' } },
    'Driver does not support x-blockdev-amend',
  ],
  ['x-blockdev-change', { parent: 'n1' }, 'Either child or node must be specified'],
  ['x-blockdev-change', { parent: 'n1', child: 'x' }, "Node 'n1' does not have child 'x'"],
  ['blockdev-snapshot', { node: 'd0', overlay: 'n1' }, 'The overlay does not support backing images'],
  ['blockdev-reopen', { options: [{ driver: 'null-co' }] }, 'node-name not specified'],
  ['block-export-add', { type: 'nbd', id: 'e', 'node-name': 'n1' }, 'NBD server not running'],
  ['block-export-del', { id: 'e' }, "Export 'e' is not found"],
];

/** Monitor and QMP commands about memory, the engine and debugging, for the test that runs every command. */
import { expect } from 'vitest';
import type { QmpObject } from '../../src/qapi/value.ts';
import { physicalAddressesAreTold } from './physical-addresses.ts';

const PHYSICAL: readonly [string, RegExp] = [
  'gpa2hpa 0x80000010',
  /^Host physical address for 0x80000010 \(riscv_virt_board\.ram\) is 0x[0-9a-f]+010\n$/,
];

/** Monitor commands that this machine can only refuse, and why. */
export const REFUSED_COMMANDS: readonly string[] = [
  ...(physicalAddressesAreTold ? [] : ['gpa2hpa']), // the host tells those who have the privileges
  'nmi', // no such line on this board
  'boot_set', // no boot order
  'exit_preconfig', // the machine is past it
  'replay_break', // nothing is recorded or replayed
  'replay_delete_break',
  'replay_seek',
  'info hotpluggable-cpus', // harts are there from the start
  'info usb', // no USB
  'info usbhost',
  'info rocker', // no such switch
  'info rocker-ports',
  'info rocker-of-dpa-flows',
  'info rocker-of-dpa-groups',
  'info vm-generation-id', // no such device
  'info firmware-log',
];

/** The same of QMP. */
export const REFUSED_REQUESTS: readonly string[] = [
  'replay-break',
  'replay-delete-break',
  'replay-seek',
  'query-hotpluggable-cpus',
  'query-rocker',
  'query-rocker-ports',
  'query-rocker-of-dpa-flows',
  'query-rocker-of-dpa-groups',
  'query-vm-generation-id',
  'query-firmware-log',
  'x-query-usb',
  'x-boot-set',
  'x-exit-preconfig',
];

/** In order. An empty answer is written as ''. The machine stands still, its guest has paging on. */
export const LINES: readonly (readonly [line: string, answer: RegExp | string])[] = [
  [
    'info mem',
    /^vaddr +paddr +size +attr\n[- ]+\n([0-9a-f]{16} [0-9a-f]{16} [0-9a-f]{16} [rwxugad-]{7}\n)+$/,
  ],
  [
    'info ramblock',
    /^ {14}Block Name {4}PSize .* RO\n {4}riscv_virt_board\.ram {4}4 KiB {2}0x0{16} 0x0000000008000000 /,
  ],
  ['info memdev', /^memory backend: riscv_virt_board\.ram\n {2}size: {2}134217728\n {2}merge: true\n/],
  ['info memory-devices', ''],
  ['info memory_size_summary', 'base memory: 134217728\n'],
  ['info numa', '0 nodes\n'],
  ['info irq', ''],
  ['info pic', ''],
  ['info iothreads', ''],
  ['object_add iothread,id=io0,poll-max-ns=5', ''],
  [
    'info iothreads',
    /^io0:\n {2}thread_id=\d+\n {2}poll-max-ns=5\n {2}poll-grow=0\n {2}poll-shrink=0\n {2}aio-max-batch=0\n$/,
  ],
  ['object_del io0', ''],
  ['info kvm', 'kvm support: not compiled\n'],
  ['info accelerators', 'qtest [tcg]\n'],
  ['info sync-profile', /^Type +Object +Call site .*\n-{79}\n-{79}\n$/],
  ['sync-profile on', ''],
  ['sync-profile', 'sync-profile is on\n'],
  ['info vnc', 'None\n'],
  ['info replay', 'Record/replay is not active\n'],
  ['info dirty_rate', /^Status: unstarted\n[\s\S]*Dirty rate: \(not ready\)\n$/],
  ['info vcpu_dirty_limit', 'Dirty page limit not enabled!\n'],
  ['info stats vm', ''],
  ['info stats vcpu * kvm', ''],
  ['info capture', /^warning: /],
  ['info cryptodev', ''],
  ['info tpm', ''],
  ['info migrate', ''],
  ['migrate_set_capability xbzrle on', ''],
  ['info migrate_capabilities', /^xbzrle: on\nrdma-pin-all: off\n/],
  ['migrate_set_parameter downtime-limit 5', ''],
  ['migrate_set_parameter max-bandwidth 5', ''],
  ['info migrate_parameters', /\nmax-bandwidth: 5242880 bytes\/second\n[\s\S]*\ndowntime-limit: 5 ms\n/],
  ['info dump', 'Status: none\n'],
  ['dump-guest-memory /dev/null 0x80000000 4096', ''],
  ['info dump', 'Status: completed\n'],
  ['memsave $sp 64 "/dev/null"', ''],
  ['pmemsave 0 8192 "/dev/null"', ''],
  ['dumpdtb /dev/null', "DTB dumped to '/dev/null'\n"],
  ...(physicalAddressesAreTold ? [PHYSICAL] : []),
  ['gpa2hva 0x80000010', /^Host virtual address for 0x80000010 \(riscv_virt_board\.ram\) is 0x[0-9a-f]+\n$/],
  ['i /wx 0x10', 'portl[0x0010] = 0xffffffff\n'],
  ['i /bx 0x10.1', 'portb[0x0011] = 0xff\n'],
  ['o /bx 0x10 1', ''],
  ['symbols', /guest\.elf: \d+ symbols\n\S*\/firmware\.elf: \d+ symbols\n$/],
  ['x /1i put_char', /^0xffffffc0\w+: {2}\w+ +\S+/],
  ['p /x put_char + 2 - put_char', '0x2\n'],
  ['log help', /^Log items \(comma separated\):\nnone {12}remove all logs\nin_asm {10}show /],
  ['logfile /dev/null', ''],
  ['log int,trace:nosuch', "warning: trace event 'nosuch' does not exist\n"],
  ['trace-event virtio_set_* on', ''],
  ['info trace-events virtio_set_status', 'virtio_set_status : state 1\n'],
  ['info trace-events', /^goldfish_rtc_read : state 0\n/],
  ['trace-event * off', ''],
  ['log none', ''],
  ['symbols src/guest/built/guest.elf 0x1000', /^src\/guest\/built\/guest\.elf: \d+ symbols \(\+0x1000\)\n$/],
  ['gdbserver none', 'Disabled gdbserver\n'],
  ['one-insn-per-tb on', ''],
];

export const REFUSALS: readonly (readonly [line: string, message: string])[] = [
  ['gpa2hva 0', 'No memory is mapped at address 0x0\n'],
  ['gpa2hva 0x10000000', 'Memory at address 0x10000000 is not RAM\n'],
  ['gpa2hpa 0x10000000', 'Memory at address 0x10000000 is not RAM\n'],
  ['memsave -1 16 "/dev/null"', 'Error: Invalid addr 0xffffffffffffffff/size 16 specified\n'],
  ['pmemsave 0 1 "/nosuch/x"', "Error: Could not open '/nosuch/x': No such file or directory\n"],
  [
    'dumpdtb /nosuch/x',
    "Error: Error saving FDT to file /nosuch/x: Could not open '/nosuch/x': No such file or directory\n",
  ],
  ['dump-guest-memory -z -s /dev/null', "Error: only one of '-z|-l|-s|-w' can be set\n"],
  [
    'symbols package.json',
    "Error: could not load symbols from 'package.json': it is neither an ELF file nor a list of symbols\n",
  ],
  ['symbols /nosuch/x', "Error: Could not open '/nosuch/x': No such file or directory\n"],
  ['p nosuch', 'invalid char \'n\' in expression\nTry "help p" for more information\n'],
  ['logfile x%s', 'Bad logfile template: x%s\n'],
  ['trace-event nosuch on', 'unknown event "nosuch"\n'],
  ['trace-event virtio_notify on 0', 'event "virtio_notify" is not vCPU-specific\n'],
  ['info trace-events virtio_notify 9', 'invalid vCPU index 9\n'],
  ['nmi', 'Error: machine does not provide NMIs\n'],
  ['boot_set x', 'no function defined to set boot device list for this architecture\n'],
  ['gdbserver tcp::1', "Could not open gdbserver on device 'tcp::1'\n"],
  ['one-insn-per-tb maybe', 'unexpected option maybe\n'],
  ['exit_preconfig', 'Error: The command is permitted only before machine initialization\n'],
  ['sync-profile maybe', "Error: invalid parameter 'maybe', expecting 'on', 'off', or 'reset'\n"],
  ['replay_break 5', 'setting the breakpoint is allowed only in play mode\n'],
  ['replay_delete_break', 'replay breakpoints are allowed only in play mode\n'],
  ['replay_seek 5', 'replay must be enabled to seek\n'],
  ['info hotpluggable-cpus', 'Error: machine does not support hot-plugging CPUs\n'],
  ['info usb', 'Error: USB support not enabled\n'],
  ['info usbhost', 'Command "info usbhost" is not available.\n'],
  ['info rocker r1', 'Error: rocker r1 not found\n'],
  ['info rocker-ports r1', 'Error: rocker r1 not found\n'],
  ['info rocker-of-dpa-flows r1 3', 'Error: rocker r1 not found\n'],
  ['info rocker-of-dpa-groups r1 300', "Error: Parameter 'type' expects uint8_t\n"],
  ['info rocker-of-dpa-groups r1', 'Error: rocker r1 not found\n'],
  ['info vm-generation-id', 'Error: VM Generation ID device not found\n'],
  ['info firmware-log', 'Error: firmware log buffer not found\n'],
  ['info stats nosuch', 'invalid stats target nosuch\n'],
  ['migrate_set_parameter nosuch 5', 'Error: invalid parameter value: nosuch\n'],
  [
    'migrate_set_parameter cpu-throttle-initial 0',
    'Error: Option cpu_throttle_initial expects an integer in the range of 1 to 99\n',
  ],
  ['migrate_set_parameter multifd-channels 300', "Error: Parameter 'multifd-channels' expects uint8_t\n"],
  ['migrate_set_capability nosuch on', 'Error: invalid parameter value: nosuch\n'],
];

/** QMP commands that no line above is built on, and those whose reply a line shows only in part. */
export const REQUESTS: readonly (readonly [command: string, args: QmpObject, reply: unknown])[] = [
  ['query-dump-guest-memory-capability', {}, { formats: ['elf', 'kdump-zlib', 'kdump-raw-zlib'] }],
  ['query-dump', {}, { status: 'completed', completed: 4096n, total: 4096n }],
  ['x-lookup-symbol', { name: 'nosuch' }, {}],
  ['x-complete-symbol', { prefix: 'pages_ini' }, ['pages_init']],
  [
    'x-query-symbols',
    {},
    expect.arrayContaining([
      expect.objectContaining({ name: expect.stringMatching(/guest\.elf$/), offset: 0n }),
    ]),
  ],
  ['query-vnc', {}, { enabled: false }],
  ['query-replay', {}, { mode: 'none', icount: 0n }],
  ['x-query-page-tables', { 'cpu-index': 1n }, expect.objectContaining({ complete: true })],
];

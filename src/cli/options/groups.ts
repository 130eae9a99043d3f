/** How a parameter is read. */
export type ParameterKind = 'string' | 'bool' | 'number' | 'size';

/** What an option takes: key and value pairs, as `-OPTION`, `-set` and the files of `-readconfig` give them. */
export interface OptionGroup {
  /** As `-set` and configuration files call it. */
  readonly name: string;
  /** The option, without its dash. */
  readonly option: string;
  /** Key of a first word that has none. */
  readonly impliedKey?: string;
  /** Whether all of them are one, so that none has an id. */
  readonly merged?: boolean;
  /** What may be given. Absent: whoever takes the values knows. */
  readonly parameters?: Readonly<Record<string, ParameterKind>>;
  /** Flags are refused. */
  readonly strict?: boolean;
  /** Arguments in another notation, which whoever takes them reads. */
  readonly plain?: RegExp;
  /** Whether `-set` leaves it alone. */
  readonly fixed?: boolean;
}

const strings = (...names: string[]): Record<string, ParameterKind> =>
  Object.fromEntries(names.map(name => [name, 'string']));
const bools = (...names: string[]): Record<string, ParameterKind> =>
  Object.fromEntries(names.map(name => [name, 'bool']));
const numbers = (...names: string[]): Record<string, ParameterKind> =>
  Object.fromEntries(names.map(name => [name, 'number']));

const CHARDEV: OptionGroup['parameters'] = {
  ...strings(
    'backend',
    'path',
    'input-path',
    'host',
    'port',
    'fd',
    'localaddr',
    'localport',
    'chardev',
    'name',
  ),
  ...strings('tls-creds', 'tls-authz', 'logfile'),
  ...bools(
    'ipv4',
    'ipv6',
    'wait',
    'server',
    'delay',
    'nodelay',
    'telnet',
    'tn3270',
    'websocket',
    'mux',
    'signal',
  ),
  ...bools('append', 'logappend', 'mouse', 'clipboard', 'tight', 'abstract'),
  ...numbers('to', 'reconnect', 'reconnect-ms', 'width', 'height', 'cols', 'rows', 'debug'),
  size: 'size',
};

const SHARE: OptionGroup['parameters'] = {
  ...strings('fsdriver', 'path', 'security_model', 'writeout', 'multidevs', 'socket'),
  ...numbers('sock_fd', 'fmode', 'dmode', 'max_xattr'),
  readonly: 'bool',
};

/** The groups, in no order. */
export const GROUPS: readonly OptionGroup[] = [
  { name: 'device', option: 'device', impliedKey: 'driver' },
  { name: 'drive', option: 'drive' },
  { name: 'netdev', option: 'netdev', impliedKey: 'type' },
  { name: 'nic', option: 'nic', impliedKey: 'type' },
  { name: 'net', option: 'net', impliedKey: 'type' },
  { name: 'object', option: 'object', impliedKey: 'qom-type', fixed: true },
  { name: 'chardev', option: 'chardev', impliedKey: 'backend', parameters: CHARDEV },
  { name: 'fsdev', option: 'fsdev', impliedKey: 'fsdriver', parameters: SHARE },
  {
    name: 'virtfs',
    option: 'virtfs',
    impliedKey: 'fsdriver',
    parameters: { ...SHARE, ...strings('mount_tag') },
  },
  {
    name: 'global',
    option: 'global',
    parameters: strings('driver', 'property', 'value'),
    plain: /^[^.=]+\.[^=]+=/,
  },
  { name: 'blockdev', option: 'blockdev', impliedKey: 'driver', strict: true, fixed: true },
  {
    name: 'machine',
    option: 'machine',
    impliedKey: 'type',
    strict: true,
    fixed: true,
    plain: /,(help|\?)$/,
  },
  { name: 'smp-opts', option: 'smp', impliedKey: 'cpus', strict: true, fixed: true },
  { name: 'boot-opts', option: 'boot', impliedKey: 'order', strict: true, fixed: true },
  {
    name: 'memory',
    option: 'm',
    impliedKey: 'size',
    merged: true,
    parameters: { size: 'size', slots: 'number', maxmem: 'size' },
  },
  {
    name: 'name',
    option: 'name',
    impliedKey: 'guest',
    merged: true,
    parameters: { ...strings('guest', 'process'), ...bools('debug-threads') },
  },
  { name: 'rtc', option: 'rtc', merged: true, parameters: strings('base', 'clock', 'driftfix') },
  {
    name: 'action',
    option: 'action',
    merged: true,
    parameters: strings('reboot', 'shutdown', 'panic', 'watchdog'),
  },
  { name: 'msg', option: 'msg', merged: true, parameters: bools('timestamp', 'guest-name') },
  { name: 'overcommit', option: 'overcommit', merged: true, parameters: bools('mem-lock', 'cpu-pm') },
  {
    name: 'add-fd',
    option: 'add-fd',
    parameters: { ...numbers('fd', 'set'), ...strings('opaque') },
  },
  {
    name: 'sandbox',
    option: 'sandbox',
    impliedKey: 'enable',
    parameters: {
      ...bools('enable'),
      ...strings('obsolete', 'elevateprivileges', 'spawn', 'resourcecontrol'),
    },
  },
  { name: 'audiodev', option: 'audiodev', impliedKey: 'driver', strict: true, fixed: true },
  { name: 'audio', option: 'audio', impliedKey: 'driver', strict: true, fixed: true },
  { name: 'accel', option: 'accel', impliedKey: 'accel' },
  {
    name: 'mon',
    option: 'mon',
    impliedKey: 'chardev',
    parameters: { ...strings('chardev', 'mode'), ...bools('pretty') },
  },
  { name: 'numa', option: 'numa', impliedKey: 'type' },
  {
    name: 'fw_cfg',
    option: 'fw_cfg',
    impliedKey: 'name',
    parameters: strings('name', 'file', 'string', 'gen_id'),
  },
  { name: 'trace', option: 'trace', impliedKey: 'enable', parameters: strings('enable', 'events', 'file') },
  {
    name: 'run-with',
    option: 'run-with',
    merged: true,
    parameters: {
      ...bools('async-teardown', 'exit-with-parent'),
      ...strings('chroot', 'user'),
    },
  },
];

export function groupOfOption(option: string): OptionGroup | undefined {
  const name = option === 'M' ? 'machine' : option;
  return GROUPS.find(group => group.option === name);
}

/** The group of that name in a configuration file or a `-set`. */
export function groupNamed(name: string): OptionGroup | undefined {
  return GROUPS.find(group => group.name === name);
}

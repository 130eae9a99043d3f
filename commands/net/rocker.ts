import { type CommandContext, data, type Result } from '../../src/monitor/types.ts';
import type { RockerOfDpaFlow, RockerOfDpaGroup, RockerPort } from '../../src/qapi/generated/types.ts';

const VLAN_ID = 0xfff;
const GROUP_BIT = '01:00:00:00:00:00';
const NO_BITS = '00:00:00:00:00:00';

const ETHERNET_TYPES: Readonly<Record<number, string>> = {
  2054: 'ARP',
  2048: 'IP',
  34525: 'IPv6',
  34825: 'LACP',
  35020: 'LLDP',
};

/** Kinds of groups by their numbers. */
const GROUP_TYPES = [
  'L2 interface',
  'L2 rewrite',
  'L3 unicast',
  'L2 multicast',
  'L2 flood',
  'L3 interface',
  'L3 multicast',
  'L3 ECMP',
  'L2 overlay',
];

const hex = (value: number, digits = 0) => `0x${value.toString(16).padStart(digits, '0')}`;
const swapBytes = (value: number) => ((value & 0xff) << 8) | (value >> 8);
/** The words that there are, each with a space before it. */
const words = (...some: (string | undefined)[]) =>
  some.map(word => (word === undefined ? '' : ` ${word}`)).join('');

/** `info rocker` */
export async function infoRocker(ctx: CommandContext, { name }: { name: string }): Promise<Result> {
  const rocker = await ctx.qmp.execute('query-rocker', { name });
  return data(rocker, `name: ${rocker.name}\nid: 0x${rocker.id.toString(16)}\nports: ${rocker.ports}\n`);
}

function portLine({ name, enabled, 'link-up': up, speed, duplex, autoneg }: RockerPort): string {
  const link = enabled ? (up ? 'up' : 'down') : '!ena';
  const rate = speed === 10_000 ? '10G' : '??';
  const directions = duplex === 'full' ? 'FD' : 'HD';
  const columns = [name.padStart(10), link.padEnd(4), ` ${rate.padEnd(3)}`, directions];
  return `${columns.join('  ')}  ${autoneg === 'on' ? 'Yes' : 'No'}\n`;
}

/** `info rocker-ports` */
export async function infoRockerPorts({ qmp }: CommandContext, { name }: { name: string }): Promise<Result> {
  const ports = await qmp.execute('query-rocker-ports', { name });
  const heading = '            ena/    speed/ auto\n      port  link    duplex neg?\n';
  return data(ports, heading + ports.map(portLine).join(''));
}

/** A number of the key with its mask, undefined if the flow does not ask for it. */
function masked(label: string, value: number | undefined, mask: number | undefined): string | undefined {
  if (value === undefined) return undefined;
  return `${label} ${value}${mask === undefined ? '' : `(${hex(mask)})`}`;
}

/** An Ethernet address of the key, which may stand for all of a kind. */
function address(
  label: 'src' | 'dst',
  value: string | undefined,
  mask: string | undefined,
): string | undefined {
  if (value === undefined) return undefined;
  if (value === GROUP_BIT && mask === GROUP_BIT) return `${label} <any mcast/bcast>`;
  if (value === NO_BITS && mask === GROUP_BIT) return `${label} <any ucast>`;
  return `${label} ${value}${mask === undefined ? '' : `(${mask})`}`;
}

function frameType(type: number | undefined): string | undefined {
  return type === undefined ? undefined : (ETHERNET_TYPES[type] ?? `eth type ${hex(type, 4)}`);
}

function flowLine({ hits, key, mask, action }: RockerOfDpaFlow): string {
  const vlan = key['vlan-id'];
  const match = words(
    masked('pport', key['in-pport'], mask['in-pport']),
    masked('vlan', vlan === undefined ? undefined : vlan & VLAN_ID, mask['vlan-id']),
    masked('tunnel', key['tunnel-id'], mask['tunnel-id']),
    frameType(key['eth-type']),
    address('src', key['eth-src'], mask['eth-src']),
    address('dst', key['eth-dst'], mask['eth-dst']),
    masked('proto', key['ip-proto'], mask['ip-proto']),
    masked('TOS', key['ip-tos'], mask['ip-tos']),
    key['ip-dst'] === undefined ? undefined : `dst ${key['ip-dst']}`,
  );
  const { 'goto-tbl': table, 'group-id': group, 'new-vlan-id': newVlan } = action;
  const actions = words(
    newVlan === undefined ? undefined : `apply new vlan ${swapBytes(newVlan)}`,
    group === undefined ? undefined : `write group ${hex(group, 8)}`,
    table === undefined ? undefined : `goto tbl ${table}`,
  );
  const count = hits === 0n ? '' : String(hits);
  const head = [String(key.priority).padEnd(4), String(key['tbl-id']).padEnd(3), count.padEnd(4)].join(' ');
  return `${head}${match}${actions === '' ? '' : ` -->${actions}`}\n`;
}

/** `info rocker-of-dpa-flows` */
export async function infoRockerFlows(
  { qmp }: CommandContext,
  args: { name: string; tbl_id?: bigint },
): Promise<Result> {
  const table = args.tbl_id === undefined ? {} : { 'tbl-id': Number(args.tbl_id) };
  const flows = await qmp.execute('query-rocker-of-dpa-flows', { name: args.name, ...table });
  return data(flows, `prio tbl hits key(mask) --> actions\n${flows.map(flowLine).join('')}`);
}

function groupLine(group: RockerOfDpaGroup): string {
  const about = words(
    group['vlan-id'] === undefined ? undefined : `vlan ${group['vlan-id']}`,
    group.pport === undefined ? undefined : `pport ${group.pport}`,
    group.index === undefined ? undefined : `index ${group.index}`,
  );
  const vlan = group['set-vlan-id'];
  const set = words(
    vlan ? `vlan ${vlan & VLAN_ID}` : undefined,
    group['set-eth-src'] === undefined ? undefined : `src ${group['set-eth-src']}`,
    group['set-eth-dst'] === undefined ? undefined : `dst ${group['set-eth-dst']}`,
  );
  const buckets = words(
    set === '' ? undefined : `set${set}`,
    group['ttl-check'] ? 'check TTL' : undefined,
    group['group-id'] ? `group id ${hex(group['group-id'], 8)}` : undefined,
    group['pop-vlan'] ? 'pop vlan' : undefined,
    group['out-pport'] === undefined ? undefined : `out pport ${group['out-pport']}`,
    group['group-ids'] && `groups [${group['group-ids'].map(id => hex(id, 8)).join(',')}]`,
  );
  const type = GROUP_TYPES[group.type] ?? 'unknown';
  return `${hex(group.id, 8)} (type ${type}${about}) -->${buckets}\n`;
}

/** `info rocker-of-dpa-groups` */
export async function infoRockerGroups(
  { qmp }: CommandContext,
  args: { name: string; type?: bigint },
): Promise<Result> {
  const type = args.type === undefined ? {} : { type: Number(args.type) };
  const groups = await qmp.execute('query-rocker-of-dpa-groups', { name: args.name, ...type });
  return data(groups, `id (decode) --> buckets\n${groups.map(groupLine).join('')}`);
}

import { describe, expect, it } from 'vitest';
import type { RockerOfDpaFlow } from '../../src/qapi/generated/types.ts';
import { shown, testContext } from '../test-support.ts';
import { infoRocker, infoRockerFlows, infoRockerGroups, infoRockerPorts } from './rocker.ts';

const ANY = '01:00:00:00:00:00';
const PORT = { name: 'sw1.1', enabled: true, 'link-up': true, speed: 10_000 } as const;

const FLOWS: RockerOfDpaFlow[] = [
  {
    cookie: 1n,
    hits: 0n,
    key: { priority: 1, 'tbl-id': 60, 'in-pport': 0, 'eth-type': 0x0806, 'ip-dst': '10.0.0.0/8' },
    mask: { 'in-pport': 0xffff0000 },
    action: { 'goto-tbl': 10, 'new-vlan-id': 0x0a00 },
  },
  {
    cookie: 2n,
    hits: 7n,
    key: {
      ...{ priority: 2, 'tbl-id': 50, 'vlan-id': 0x100a, 'tunnel-id': 4, 'eth-type': 0x1234 },
      ...{ 'eth-src': ANY, 'eth-dst': '52:54:00:12:34:56', 'ip-proto': 6, 'ip-tos': 0 },
    },
    mask: { 'eth-src': ANY, 'eth-dst': 'ff:ff:ff:ff:ff:ff', 'ip-proto': 0xff },
    action: { 'group-id': 0x30000 },
  },
];

describe('what Rocker switches tell', () => {
  it('number and ports', async () => {
    const ctx = testContext({ 'query-rocker': ({ name }) => ({ name, id: 0x1a2bn, ports: 4 }) });
    expect(shown(await infoRocker(ctx, { name: 'sw1' }))).toBe('name: sw1\nid: 0x1a2b\nports: 4\n');
  });

  it('ports', async () => {
    const down = { ...PORT, name: 'sw1.2', 'link-up': false, duplex: 'half', autoneg: 'off' } as const;
    const ports = [
      { ...PORT, duplex: 'full', autoneg: 'on' } as const,
      { ...down, speed: 1000 },
      { ...down, enabled: false },
    ];
    const text = shown(
      await infoRockerPorts(testContext({ 'query-rocker-ports': () => ports }), { name: 'sw1' }),
    );
    expect(text).toBe(
      '            ena/    speed/ auto\n      port  link    duplex neg?\n' +
        '     sw1.1  up     10G  FD  Yes\n     sw1.2  down   ??   HD  No\n     sw1.2  !ena   10G  HD  No\n',
    );
  });

  it('flows', async () => {
    const ctx = testContext({ 'query-rocker-of-dpa-flows': () => FLOWS });
    expect(shown(await infoRockerFlows(ctx, { name: 'sw1', tbl_id: 60n }))).toBe(
      'prio tbl hits key(mask) --> actions\n' +
        '1    60       pport 0(0xffff0000) ARP dst 10.0.0.0/8 --> apply new vlan 10 goto tbl 10\n' +
        '2    50  7    vlan 10 tunnel 4 eth type 0x1234 src <any mcast/bcast> ' +
        'dst 52:54:00:12:34:56(ff:ff:ff:ff:ff:ff) proto 6(0xff) TOS 0 --> write group 0x00030000\n',
    );
    expect(ctx.asked[0]?.args).toEqual({ name: 'sw1', 'tbl-id': 60 });
  });

  it('groups', async () => {
    const groups = [
      { id: 0x10001, type: 0, 'vlan-id': 1, pport: 1, 'pop-vlan': 1, 'out-pport': 1 },
      { id: 0x40010000, type: 4, index: 2, 'group-ids': [0x10001, 0x10002] },
      { id: 0x20000001, type: 2, 'set-vlan-id': 0x1005, 'set-eth-dst': ANY, 'ttl-check': 1, 'group-id': 5 },
      { id: 0x90000000, type: 9 },
    ];
    const ctx = testContext({ 'query-rocker-of-dpa-groups': () => groups });
    expect(shown(await infoRockerGroups(ctx, { name: 'sw1' })).split('\n')).toEqual([
      'id (decode) --> buckets',
      '0x00010001 (type L2 interface vlan 1 pport 1) --> pop vlan out pport 1',
      '0x40010000 (type L2 flood index 2) --> groups [0x00010001,0x00010002]',
      `0x20000001 (type L3 unicast) --> set vlan 5 dst ${ANY} check TTL group id 0x00000005`,
      '0x90000000 (type unknown) -->',
      '',
    ]);
    expect(ctx.asked[0]?.args).toEqual({ name: 'sw1' });
  });
});

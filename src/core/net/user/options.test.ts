import { describe, expect, it } from 'vitest';
import { formatAddress } from './address.ts';
import { parseForwardRule, parseHostPort } from './forward-rule.ts';
import { configOf, ip } from './test-support.ts';

describe('-netdev user', () => {
  it('has the customary addresses', () => {
    const { network, mask, host, dns, dhcpStart, restricted } = configOf({});
    expect([network, mask, host, dns, dhcpStart].map(formatAddress)).toEqual([
      ...['10.0.2.0', '255.255.255.0', '10.0.2.2', '10.0.2.3', '10.0.2.15'],
    ]);
    expect(restricted).toBe(false);
  });

  it.each([
    ['10.0.3.0', '10.0.0.0'],
    ['172.20.5.9', '172.16.0.0'],
    ['150.1.2.3', '150.1.0.0'],
    ['192.168.5.7', '192.168.0.0'],
    ['200.1.2.255', '200.1.2.240'],
    ['230.1.2.255', '230.1.2.0'],
    ['10.0.2.5/24', '10.0.2.0'],
    ['10.0.2.0/255.255.0.0', '10.0.0.0'],
    ['192.168.76.0/24', '192.168.76.0'],
  ])('net=%s is %s', (net, network) => {
    expect(formatAddress(configOf({ net }).network)).toBe(network);
  });

  it('puts its own addresses into any network', () => {
    const { host, dns, dhcpStart } = configOf({ net: '192.168.76.0/24' });
    expect([host, dns, dhcpStart].map(formatAddress)).toEqual([
      ...['192.168.76.2', '192.168.76.3', '192.168.76.15'],
    ]);
  });

  it.each([
    [{ foo: '1' }, "Invalid parameter 'foo'"],
    [{ net: 'xx' }, 'Failed to parse netmask'],
    [{ net: '10.0.2.0/24x' }, 'Failed to parse netmask (trailing chars)'],
    [{ ipv6: 'on' }, 'IPv6 cannot be had here: leave ipv6= out'],
    [{ ipv4: 'off' }, 'IPv4 and IPv6 disabled'],
    [{ domainname: '' }, "'domainname' parameter cannot be empty"],
    [{ domainname: 'x'.repeat(256) }, "'domainname' parameter cannot exceed 255 bytes"],
    [{ bootfile: 'x'.repeat(128) }, "'bootfile' parameter cannot exceed 127 bytes"],
    [{ dnssearch: ['a', 'b..c'] }, "'dnssearch' parameter 'b..c' is not a domain name"],
    [{ net: '10.0.2.0/3' }, 'Invalid netmask provided (must be in range 4-32)'],
    [{ net: '10.0.2.0/' }, 'Invalid netmask provided (must be in range 4-32)'],
    [{ net: '10.0.2.0/30' }, 'DHCP must be different from host and DNS'],
    [{ host: 'foo' }, 'Failed to parse host'],
    [{ host: '10.0.3.2' }, "Host doesn't belong to network"],
    [{ host: '10.0.2.15' }, 'DHCP must be different from host and DNS'],
    [{ dns: 'foo' }, 'Failed to parse DNS'],
    [{ dns: '10.0.2.2' }, 'DNS must be different from host'],
    [{ dhcpstart: 'xx' }, 'Failed to parse DHCP start address'],
    [{ dhcpstart: '10.0.3.5' }, "DHCP doesn't belong to network"],
    [{ dhcpstart: '10.0.2.2' }, 'DHCP must be different from host and DNS'],
    [{ restrict: 'maybe' }, "Parameter 'restrict' expects 'on' or 'off'"],
  ])('%j is refused: %s', (options, message) => {
    expect(() => configOf(options as unknown as Record<string, string>)).toThrow(message);
  });
});

describe('forwarding rules', () => {
  it('are read with defaults, as the C library reads numbers', () => {
    const guest = { address: ip('10.0.2.15'), port: 22 };
    const rule = { protocol: 'tcp', address: 0, port: 2222, guest };
    expect(parseForwardRule('tcp::2222-:22', guest.address)).toEqual(rule);
    expect(parseForwardRule('::0x8ae-:026', guest.address)).toEqual(rule);
    expect(parseForwardRule('udp:127.1:2222-10.0.2.15:22', 0)).toEqual({
      ...rule,
      protocol: 'udp',
      address: ip('127.0.0.1'),
    });
    expect(parseForwardRule('tcp::-:22', guest.address).port).toBe(0);
    expect(parseHostPort('udp:127.0.0.1:53')).toEqual({
      protocol: 'udp',
      address: ip('127.0.0.1'),
      port: 53,
    });
  });

  it.each([
    ['', 'No : separators'],
    ['foo', 'No : separators'],
    ['tcp:', 'Missing : separator'],
    ['tcp::', 'Bad host port separator'],
    ['tcp::2229', 'Bad host port separator'],
    ['xxx::22-:22', 'Bad protocol name'],
    ['tcp:300.1.1.1:22-:22', 'Bad host address'],
    ['tcp:localhost:22-:22', 'Bad host address'],
    ['tcp::222x-:22', 'Bad host port'],
    ['tcp::99999-:22', 'Bad host port'],
    ['tcp::2222-', 'Missing guest address'],
    ['tcp::2225-foo:22', 'Bad guest address'],
    ['tcp::2222-:', 'Bad guest port'],
    ['tcp::2222-:99999', 'Bad guest port'],
    ['tcp::0-:0', 'Bad guest port'],
  ])('%s: %s', (rule, reason) => {
    expect(() => parseForwardRule(rule, 0)).toThrow(`Invalid host forwarding rule '${rule}' (${reason})`);
  });

  it.each([
    'foo',
    'xx::2',
    'tcp:9',
    'tcp::abc',
    'tcp::',
    'tcp:xx:1',
  ])('%s names no port of the host', text => {
    expect(() => parseHostPort(text)).toThrow('invalid format');
  });
});

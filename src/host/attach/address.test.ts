import { describe, expect, it } from 'vitest';
import { addressText, parseAddress } from './address.ts';

describe('addresses', () => {
  it.each([
    ['unix:/run/vm.sock', { kind: 'unix', path: '/run/vm.sock' }],
    ['unix:vm.sock', { kind: 'unix', path: 'vm.sock' }],
    ['/run/vm.sock', { kind: 'unix', path: '/run/vm.sock' }],
    ['./a:1', { kind: 'unix', path: './a:1' }],
    ['vm.sock', { kind: 'unix', path: 'vm.sock' }],
    ['unix:/run/vm.sock,server=on,wait=off', { kind: 'unix', path: '/run/vm.sock' }],
    ['unix:/run/vm.sock,server,nowait', { kind: 'unix', path: '/run/vm.sock' }],
    ['tcp:example.org:4444', { kind: 'tcp', host: 'example.org', port: 4444 }],
    ['tcp::4444', { kind: 'tcp', host: 'localhost', port: 4444 }],
    ['tcp:[::1]:4444', { kind: 'tcp', host: '::1', port: 4444 }],
    ['localhost:4444', { kind: 'tcp', host: 'localhost', port: 4444 }],
    ['ssh://host/run/vm.sock', { kind: 'ssh', user: null, host: 'host', port: null, path: '/run/vm.sock' }],
    ['ssh://me@host:22/a', { kind: 'ssh', user: 'me', host: 'host', port: 22, path: '/a' }],
    ['ssh://[fe80::1]:22/a', { kind: 'ssh', user: null, host: 'fe80::1', port: 22, path: '/a' }],
    ['exec:ssh a socat - UNIX:b', { kind: 'exec', command: 'ssh a socat - UNIX:b' }],
  ])('%s', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
  });

  it.each([
    '',
    'unix:',
    'exec:',
    'tcp:host',
    'tcp:host:0',
    'tcp:host:65536',
    'host:port',
    'ssh://host',
    'ssh:host/path',
    'ssh://host:0/path',
    'ssh://-oProxyCommand=x/path',
    'ssh://-l@host/path',
  ])('%j is none', text => {
    expect(parseAddress(text)).toBeNull();
  });

  it.each(['unix:/a', 'tcp:h:1', 'tcp:[::1]:1', 'ssh://u@h:2/p', 'exec:x y'])('%s is written back', text => {
    expect(addressText(parseAddress(text)!)).toBe(text);
  });
});

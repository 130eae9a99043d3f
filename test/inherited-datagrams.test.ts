/** Datagram sockets of the file system, which Node cannot make: another program hands them over. */
import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { PROGRAM } from './support/hmp.ts';

/** Two pairs of sockets; what goes into one comes out of the other through a hub of the machine. */
const SENDER = `
import socket, subprocess, sys
pairs = [socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM) for _ in range(2)]
ends = [pair[1].fileno() for pair in pairs]
args = [*sys.argv[1:], '-M', 'none', '-S', '-display', 'none', '-chardev', 'stdio,id=m', '-mon', 'chardev=m']
for n, end in enumerate(ends):
    args += ['-netdev', f'dgram,id=n{n},local.type=fd,local.str={end}', '-netdev', f'hubport,id=h{n},hubid=0,netdev=n{n}']
program = subprocess.Popen(args, pass_fds=ends, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
into, out = pairs[0][0], pairs[1][0]
out.settimeout(20)
for size in (60, 1, 9000, 60, 61, 62):
    into.send(bytes([size & 255]) * size)
print([(len(frame), frame[0]) for frame in (out.recv(65536) for _ in range(6))])
shown = program.communicate(b'info network\\nquit\\n', 20)[0].decode()
print(all(f'n{n}: index=0,type=dgram,fd={end} unix' in shown for n, end in enumerate(ends)) or shown)
print(program.returncode)
`;

const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.warn('skipped: no python3 to make datagram sockets with');

it.skipIf(!hasPython)('each frame is a datagram', () => {
  const { stdout, stderr } = spawnSync('python3', ['-c', SENDER, process.execPath, PROGRAM]);
  expect(stderr.toString()).toBe('hmp: warning: hub 0 with no nics\n');
  const frames = '[(60, 60), (1, 1), (9000, 40), (60, 60), (61, 61), (62, 62)]';
  expect(stdout.toString()).toBe(`${frames}\nTrue\n0\n`);
});

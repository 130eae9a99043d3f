/** Fifty megabytes each way through the user network's TCP, byte for byte. */
import { createHash } from 'node:crypto';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import { GuestTcp } from '../../src/core/net/user/guest-tcp.test-support.ts';
import { GATEWAY, pattern, startNet } from '../../src/core/net/user/test-support.ts';

const BYTES = 50_000_000;

const digest = (pieces: readonly Uint8Array[]) => {
  const hash = createHash('sha256');
  for (const piece of pieces) hash.update(piece);
  return hash.digest('hex');
};

it('echoes 50 MB that the guest sends while it receives', async () => {
  const test = await startNet();
  const server = createServer(socket => void socket.pipe(socket));
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const data = pattern(BYTES);
  const socket = new GuestTcp(test.guest).connect({
    address: GATEWAY,
    port: (server.address() as AddressInfo).port,
  });
  socket.write(data);
  socket.end();
  await socket.until(() => socket.ended || socket.reset);
  socket.stop();
  test.close();
  server.close();
  expect(socket.receivedBytes).toBe(BYTES);
  expect(digest(socket.received)).toBe(digest([data]));
});

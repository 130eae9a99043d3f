import { spawnSync } from 'node:child_process';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { pngFile, ppmFile } from './picture-files.ts';

const picture = { width: 3, height: 2, rgb: Uint8Array.from({ length: 18 }, (_, n) => n * 14) };

/** Takes a PNG apart with nothing of ours: prints its size, kind and pixels, fails where a check sum is wrong. */
const DECODER = `
import struct, sys, zlib
data = sys.stdin.buffer.read()
assert data[:8] == b'\\x89PNG\\r\\n\\x1a\\n'
at, chunks = 8, {}
while at < len(data):
    length, kind = struct.unpack('>I4s', data[at:at + 8])
    body = data[at + 8:at + 8 + length]
    assert zlib.crc32(kind + body) == struct.unpack('>I', data[at + 8 + length:at + 12 + length])[0]
    chunks[kind] = body
    at += 12 + length
width, height, *kind = struct.unpack('>IIBBBBB', chunks[b'IHDR'])
rows = zlib.decompress(chunks[b'IDAT'])
row = 1 + 3 * width
assert len(rows) == row * height and not any(rows[::row])
print(width, height, *kind, b''.join(rows[y * row + 1:(y + 1) * row] for y in range(height)).hex())
`;

const hasPython = spawnSync('python3', ['--version']).status === 0;
if (!hasPython) console.warn('skipped: no python3 to read a PNG with');

describe('pictures as files', () => {
  it('PPM', () => {
    const [header, pixels] = ppmFile(picture);
    expect(Buffer.from(header!).toString()).toBe('P6\n3 2\n255\n');
    expect(pixels).toEqual(picture.rgb);
  });

  it.skipIf(!hasPython)('PNG, as another reads it', async () => {
    const chunks = await pngFile(picture, promisify(deflate));
    const { stdout, stderr } = spawnSync('python3', ['-c', DECODER], { input: Buffer.concat(chunks) });
    expect(stderr.toString()).toBe('');
    expect(stdout.toString()).toBe(`3 2 8 2 0 0 0 ${Buffer.from(picture.rgb).toString('hex')}\n`);
  });
});

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createNodeHost } from './node-host.ts';
import { NullStream, PaneStream } from './streams.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (chunk: Uint8Array) => new TextDecoder().decode(chunk);

describe('PaneStream', () => {
  it('gathers what is written until the turn ends', () => {
    const sent: string[] = [];
    const turns: (() => void)[] = [];
    const pane = new PaneStream(
      chunk => sent.push(text(chunk)),
      callback => turns.push(callback),
    );
    const reused = bytes('a');
    pane.write(reused);
    reused[0] = 'x'.charCodeAt(0); // the writer may use its buffer again at once
    pane.write(bytes('b'));
    expect(turns).toHaveLength(1);
    turns[0]!();
    expect(sent).toEqual(['ab']);
    pane.write(bytes('c'));
    pane.close();
    expect(sent).toEqual(['ab', 'c']);
  });

  it('keeps input until somebody listens', () => {
    const pane = new PaneStream(
      () => {},
      () => {},
    );
    const got: string[] = [];
    pane.receive(bytes('early'));
    pane.onData(chunk => got.push(text(chunk)));
    pane.receive(bytes('late'));
    expect(got).toEqual(['early', 'late']);
  });
});

describe('streams of the host', () => {
  const host = createNodeHost(() => new NullStream());

  it('writes to a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hmp-stream-'));
    const path = join(folder, 'serial.log');
    const stream = host.openFileStream(path, { append: false });
    stream.write(bytes('hello'));
    stream.close();
    expect(readFileSync(path, 'utf8')).toBe('hello');
    rmSync(folder, { recursive: true });
  });

  it('names what it does not have, and a file that cannot be made', () => {
    expect(() => host.openStream('serial0', 'stdio')).toThrow('the monitor has the terminal');
    expect(() => host.openFileStream('/nonexistent/x', { append: false })).toThrow(
      "Could not open '/nonexistent/x': No such file or directory",
    );
    expect(() => host.openDeviceStream('/nonexistent/p', 'pipe')).toThrow("Could not open '/nonexistent/p'");
  });

  it('has a clock that goes on and entropy of the length asked for', () => {
    const before = host.now();
    expect(host.now()).toBeGreaterThanOrEqual(before);
    expect(host.entropy(16)).toHaveLength(16);
    expect(host.entropy(16)).not.toEqual(host.entropy(16));
  });
});

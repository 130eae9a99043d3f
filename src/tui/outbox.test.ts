import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Outbox } from './outbox.ts';

const turn = () => new Promise(resolve => setImmediate(resolve));

describe('Outbox', () => {
  it('tells when no more than a slice waits', async () => {
    const outbox = new Outbox();
    outbox.add('x\n'.repeat(100_000));
    let ready = false;
    const told = outbox.ready().then(() => {
      ready = true;
    });
    await new Promise(setImmediate);
    expect(ready).toBe(false);
    outbox.connect(() => {});
    await told;
    outbox.add('y\n'.repeat(100_000));
    const dropped = outbox.ready();
    outbox.discardBacklog();
    await dropped;
  });

  it('writes what came in one turn together, ended by a line end', async () => {
    const written: string[] = [];
    const outbox = new Outbox();
    outbox.connect(text => written.push(text));
    outbox.add('a\n');
    outbox.add('b');
    outbox.add('');
    expect(written).toEqual([]);
    await turn();
    expect(written).toEqual(['a\nb\n']);
  });

  it('waits while nothing is connected', async () => {
    const written: string[] = [];
    const outbox = new Outbox();
    outbox.add('kept');
    await turn();
    outbox.flush();
    outbox.connect(text => written.push(text));
    await turn();
    expect(written).toEqual(['kept\n']);
  });

  it('cuts long output at line ends, so that it can be stopped', async () => {
    const written: string[] = [];
    const outbox = new Outbox();
    outbox.connect(text => written.push(text));
    outbox.add('0123456789\n'.repeat(10_000));
    await turn();
    expect(written).toHaveLength(1);
    expect(written[0]?.length).toBeLessThanOrEqual(32 * 1024);
    expect(outbox.discardBacklog()).toBe(true);
    outbox.flush();
    expect(written).toHaveLength(1);
  });

  it('does not drop what is only about to be written', () => {
    const written: string[] = [];
    const outbox = new Outbox();
    outbox.connect(text => written.push(text));
    outbox.add('short');
    expect(outbox.discardBacklog()).toBe(false);
    outbox.flush();
    expect(written).toEqual(['short\n']);
  });

  it('writes everything once and in order', () => {
    const piece = fc
      .tuple(fc.constantFrom('x', 'yz\n', '\n'), fc.nat(60_000))
      .map(([text, n]) => text.repeat(n));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 6 }), pieces => {
        const written: string[] = [];
        const outbox = new Outbox();
        outbox.connect(text => written.push(text));
        for (const text of pieces) outbox.add(text);
        outbox.flush();
        const expected = pieces
          .map(text => (text === '' || text.endsWith('\n') ? text : `${text}\n`))
          .join('');
        expect(written.join('') === expected).toBe(true);
        expect(written.every(text => text.endsWith('\n'))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });
});

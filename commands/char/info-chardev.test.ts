import { expect, it } from 'vitest';
import { shown, testContext } from '../test-support.ts';
import { infoChardev } from './info-chardev.ts';

it('info chardev shows where each leads', async () => {
  const chardevs = [
    { label: 'parallel0', filename: 'vc', 'frontend-open': false },
    { label: 'serial0', filename: 'unix:/run/vm/ser,server=on', 'frontend-open': true },
  ];
  const result = await infoChardev(testContext({ 'query-chardev': () => chardevs }));
  expect(shown(result)).toBe('parallel0: filename=vc\nserial0: filename=unix:/run/vm/ser,server=on\n');
  expect(result).toMatchObject({ data: chardevs });
});

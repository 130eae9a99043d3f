import { expect, it } from 'vitest';
import { boardTypes } from '../../board/board-types.ts';
import { registersOf } from '../../board/testing/registers.ts';
import { TypeTable } from '../../qom/types.ts';
import { SifiveTest } from './sifive-test.ts';

it('asks for what the finisher value means', () => {
  const requests: string[] = [];
  const device = new SifiveTest(new TypeTable(boardTypes), {
    requestShutdown: (cause, status) => void requests.push(`${cause} ${status}`),
    requestReset: cause => void requests.push(cause),
  });
  const regs = registersOf(device.region);
  regs.write(0, 0x5555);
  regs.write(0, 0x7777);
  regs.write(0, 0x0007_3333);
  regs.write(0, 0x1234);
  regs.write(4, 0x5555);
  expect(requests).toEqual(['guest-shutdown undefined', 'guest-reset', 'guest-panic 7']);
});

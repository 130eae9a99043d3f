import { beforeEach, describe, expect, it } from 'vitest';
import { boardTypes } from '../../board/board-types.ts';
import { registersOf, TestLine } from '../../board/testing/registers.ts';
import { TestHost } from '../../board/testing/test-board.ts';
import { VirtualClock } from '../../clock.ts';
import { TypeTable } from '../../qom/types.ts';
import { Ns16550a } from './ns16550a.ts';

const REG = { data: 0, ier: 1, iir: 2, fcr: 2, lcr: 3, mcr: 4, lsr: 5, msr: 6, scratch: 7 };
const RECEIVED = 0x01;
const TRANSMIT = 0x02;
const FIFO = 0x01;

describe('Ns16550a', () => {
  let host: TestHost;
  let clock: VirtualClock;
  let irq: TestLine;
  let uart: Ns16550a;
  let regs: ReturnType<typeof registersOf>;

  beforeEach(() => {
    host = new TestHost();
    clock = new VirtualClock(host);
    irq = new TestLine();
    uart = new Ns16550a(new TypeTable(boardTypes), clock, irq, host.stream, callback => host.defer(callback));
    regs = registersOf(uart.region, 1);
    clock.start();
  });

  function receiveAll(): string {
    let text = '';
    while (regs.read(REG.lsr) & 1) text += String.fromCharCode(regs.read(REG.data));
    return text;
  }

  it('writes what was sent in one piece', () => {
    for (const character of 'hello') regs.write(REG.data, character.charCodeAt(0));
    expect(host.stream.written).toBe('');
    host.flush();
    expect(host.stream.written).toBe('hello');
  });

  it('does not hold output back for ever', () => {
    for (let i = 0; i < 5000; i++) regs.write(REG.data, 0x2e);
    expect(host.stream.written).toHaveLength(4096);
    host.flush();
    expect(host.stream.written).toHaveLength(5000);
  });

  it('is always ready to send', () => {
    expect(regs.read(REG.lsr)).toBe(0x60);
    regs.write(REG.data, 1);
    expect(regs.read(REG.lsr)).toBe(0x60);
  });

  it('reports an empty transmitter until IIR is read', () => {
    regs.write(REG.ier, TRANSMIT);
    expect([irq.level, regs.read(REG.iir)]).toEqual([true, 0x02]);
    expect([irq.level, regs.read(REG.iir)]).toEqual([false, 0x01]);
    regs.write(REG.data, 0x41);
    expect(irq.level).toBe(true);
    regs.write(REG.ier, 0);
    expect(irq.level).toBe(false);
  });

  it('interrupts for a byte that was received and gives it once', () => {
    regs.write(REG.ier, RECEIVED);
    host.stream.say('x');
    expect([irq.level, regs.read(REG.iir)]).toEqual([true, 0x04]);
    expect(regs.read(REG.data)).toBe(0x78);
    expect([irq.level, regs.read(REG.lsr) & 1]).toEqual([false, 0]);
  });

  it('loses nothing of a paste that is longer than the FIFO', () => {
    const paste = 'The quick brown fox jumps over the lazy dog';
    regs.write(REG.fcr, FIFO);
    host.stream.say(paste);
    expect(receiveAll()).toBe(paste);
  });

  it('waits for the trigger level, or for a pause of four characters', () => {
    regs.write(REG.fcr, FIFO | 0x80); // eight bytes
    regs.write(REG.ier, RECEIVED);
    host.stream.say('1234567');
    expect(irq.level).toBe(false);
    host.time.advance(1e7);
    clock.runTimers();
    expect([irq.level, regs.read(REG.iir)]).toEqual([true, 0xcc]);
    expect(regs.read(REG.data)).toBe(0x31);
    expect(irq.level).toBe(false);
    host.stream.say('89');
    expect(regs.read(REG.iir)).toBe(0xc4);
  });

  it('drops what is in the FIFO on request', () => {
    regs.write(REG.fcr, FIFO);
    host.stream.say('abc');
    regs.write(REG.fcr, FIFO | 0x02);
    expect(receiveAll()).toBe('');
  });

  it('receives its own output in loopback', () => {
    regs.write(REG.mcr, 0x1f);
    expect(regs.read(REG.msr)).toBe(0xf0);
    regs.write(REG.data, 0x5a);
    host.flush();
    expect(host.stream.written).toBe('');
    expect(receiveAll()).toBe('Z');
    regs.write(REG.mcr, 0x08);
    expect(regs.read(REG.msr)).toBe(0xb0);
  });

  it('shows the divisor in place of data and IER while DLAB is set', () => {
    regs.write(REG.lcr, 0x83);
    regs.write(REG.data, 0x34);
    regs.write(REG.ier, 0x12);
    expect([regs.read(REG.data), regs.read(REG.ier)]).toEqual([0x34, 0x12]);
    regs.write(REG.lcr, 0x03);
    expect(regs.read(REG.ier)).toBe(0);
    host.flush();
    expect(host.stream.written).toBe('');
  });

  it('has a scratch register and forgets it at reset', () => {
    regs.write(REG.scratch, 0xa5);
    expect(regs.read(REG.scratch)).toBe(0xa5);
    uart.reset();
    expect([regs.read(REG.scratch), regs.read(REG.mcr)]).toEqual([0, 8]);
  });

  it('marks a break', () => {
    regs.write(REG.ier, 0x04);
    host.stream.tell('break');
    expect([irq.level, regs.read(REG.iir)]).toEqual([true, 0x06]);
    expect([regs.read(REG.lsr), regs.read(REG.data)]).toEqual([0x71, 0]);
    expect([irq.level, regs.read(REG.lsr)]).toEqual([false, 0x60]);
  });

  it('is not ready to send while nobody takes what was sent', () => {
    regs.write(REG.ier, TRANSMIT);
    host.stream.congested = true;
    regs.write(REG.data, 0x41);
    expect([irq.level, regs.read(REG.lsr)]).toEqual([false, 0]);
    host.stream.congested = false;
    host.stream.tell('drained');
    expect([irq.level, regs.read(REG.lsr)]).toEqual([true, 0x60]);
  });

  it('holds back who sends more than the guest reads', () => {
    regs.write(REG.fcr, FIFO);
    host.stream.say('x'.repeat(70_000));
    expect(host.stream.flowing).toBe(false);
    host.stream.say('y'.repeat(2 ** 20));
    expect(regs.read(REG.lsr)).toBe(0x63);
    for (let n = 0; n < 66_000; n++) regs.read(REG.data);
    expect(host.stream.flowing).toBe(true);
  });
});

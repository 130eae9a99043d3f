import { describe, expect, it } from 'vitest';
import { hex, pointer, Tracer, traceEvent } from './trace.ts';

const STEP = traceEvent(
  'test_step',
  (device: object, value: number) => `dev ${pointer(device)} val ${hex(value)}`,
);
const STOP = traceEvent('test_stop', () => '');

function setUp() {
  const lines: string[] = [];
  const tracer = new Tracer();
  tracer.sink = line => lines.push(line);
  return { tracer, lines };
}

describe('trace events', () => {
  it('are found by name and pattern, in the order of their names', () => {
    const { tracer } = setUp();
    expect(tracer.find('test_step')).toEqual(['test_step']);
    expect(tracer.find('test_st?p')).toEqual(['test_step', 'test_stop']);
    expect(tracer.find('nosuch*')).toEqual([]);
    expect(() => tracer.find('nosuch')).toThrow('unknown event "nosuch"');
    expect(tracer.find('(*')).toEqual([]);
  });

  it('are written while they are on, and what an object is called stays', () => {
    const { tracer, lines } = setUp();
    const device = {};
    tracer.emit(STEP, device, 3);
    expect(tracer.any).toBe(false);
    tracer.set(['test_step'], true);
    expect([tracer.any, tracer.has(STEP), tracer.has(STOP)]).toEqual([true, true, false]);
    tracer.emit(STEP, device, 4);
    tracer.emit(STEP, device, 5);
    tracer.emit(STOP);
    expect(lines[0]).toMatch(/^test_step dev 0x5500[0-9a-f]{8} val 0x4\n$/);
    expect(lines.slice(1)).toEqual([lines[0]?.replace('val 0x4', 'val 0x5')]);
    tracer.set(tracer.find('*'), false);
    expect(tracer.any).toBe(false);
  });

  it('have names of their own', () => {
    expect(() => traceEvent('test_step', () => '')).toThrow('two trace events are named test_step');
  });
});

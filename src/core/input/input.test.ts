import { describe, expect, it } from 'vitest';
import type { InputEvent, InputEventKind } from '../../qapi/generated/types.ts';
import { ManualTime, VirtualClock } from '../clock.ts';
import { Input } from './input.ts';

const MS = 1e6;

/** Writes down what a handler is given: `a+` for a key that goes down, `|` for a sync. */
function handler(name: string, kinds: readonly InputEventKind[], log: string[]) {
  return {
    name,
    kinds,
    event: (event: InputEvent) => void log.push(describeEvent(event)),
    sync: () => void log.push('|'),
  };
}

function describeEvent(event: InputEvent): string {
  switch (event.type) {
    case 'key':
      return `${event.data.key.data}${event.data.down ? '+' : '-'}`;
    case 'btn':
      return `${event.data.button}${event.data.down ? '+' : '-'}`;
    case 'rel':
    case 'abs':
      return `${event.data.axis}=${event.data.value}`;
    default:
      return event.type;
  }
}

function setUp() {
  const time = new ManualTime();
  const clock = new VirtualClock(time);
  clock.start();
  const log: string[] = [];
  const pass = (ms: number) => {
    time.advance(ms * MS);
    clock.runTimers();
  };
  /** What was logged since the last look. */
  const seen = () => log.splice(0).join(' ');
  return { clock, input: new Input(clock), log, pass, seen };
}

const key = (data: 'a' | 'b' | 'sysrq') => ({ type: 'qcode', data }) as const;

describe('keys', () => {
  it('go down in order and up in the opposite order, a step each 10 ms', () => {
    const { input, log, pass, seen } = setUp();
    input.handlers.register(handler('kbd', ['key'], log));
    input.sendKeys([key('a'), key('b')]);
    expect(seen()).toBe('a+ |');
    pass(9);
    expect(seen()).toBe('');
    pass(1);
    expect(seen()).toBe('b+ |');
    pass(10);
    expect(seen()).toBe('b- |');
    pass(10);
    expect(seen()).toBe('a- |');
  });

  it('are held as long as one asks, and wait for those before them', () => {
    const { input, log, pass, seen } = setUp();
    input.handlers.register(handler('kbd', ['key'], log));
    input.sendKeys([key('a')], 500);
    input.sendKeys([key('b')], 20);
    pass(499);
    expect(seen()).toBe('a+ |');
    pass(1);
    expect(seen()).toBe('a- |');
    pass(500);
    expect(seen()).toBe('b+ |');
    pass(20);
    expect(seen()).toBe('b- |');
  });

  it('stay down while the machine is stopped, and none go down then', () => {
    const { clock, input, log, pass, seen } = setUp();
    input.handlers.register(handler('kbd', ['key'], log));
    input.sendKeys([key('a')]);
    clock.stop();
    input.sendKeys([key('b')]);
    pass(1000);
    expect(seen()).toBe('a+ |');
    clock.start();
    pass(10);
    expect(seen()).toBe('a- |');
  });

  it('beyond what the queue holds are lost', () => {
    const { input, log, pass } = setUp();
    input.handlers.register(handler('kbd', ['key'], log));
    input.sendKeys(Array.from({ length: 5000 }, () => key('a')));
    for (let n = 0; n < 2000; n++) pass(10);
    expect(log.length / 2).toBe(513);
    input.sendKeys([key('b')]);
    expect(log.at(-2)).toBe('b+');
  });

  it('have numbers too, and sysrq is print', () => {
    const { input, log, seen } = setUp();
    input.handlers.register(handler('kbd', ['key'], log));
    for (const data of [0x1en, 0xe0n, 0xd3n, -1n]) {
      input.send({ type: 'key', data: { key: { type: 'number', data }, down: true } });
    }
    input.send({ type: 'key', data: { key: key('sysrq'), down: true } });
    expect(seen()).toBe('a+ unmapped+ delete+ unmapped+ print+');
  });
});

describe('pointers', () => {
  it('get movements, wheel steps and buttons', () => {
    const { input, log, seen } = setUp();
    input.handlers.register(handler('mouse', ['rel', 'btn'], log));
    input.moveMouse(3n, -4n, 0n);
    expect(seen()).toBe('x=3 y=-4 |');
    input.moveMouse(0n, 0n, -2n);
    expect(seen()).toBe('x=0 y=0 wheel-down+ | wheel-down- |');
    input.setButtons(5n);
    expect(seen()).toBe('left+ middle+ |');
    input.setButtons(2n);
    expect(seen()).toBe('left- middle- right+ |');
    input.setButtons(2n);
    expect(seen()).toBe('');
  });

  it('are chosen by number; the one whose driver came last is current', () => {
    const { input, log, seen } = setUp();
    const kbd = input.handlers.register(handler('Keyboard', ['key'], log));
    const mouse = input.handlers.register(handler('Mouse', ['rel', 'btn'], log));
    const tablet = input.handlers.register(handler('Tablet', ['abs', 'btn'], log));
    const current = () =>
      input.handlers.mice().map(({ index, current: is }) => (is ? `*${index}` : `${index}`));
    expect(current()).toEqual(['3', '*2']);
    input.handlers.activate(tablet);
    expect(current()).toEqual(['2', '*3']);
    input.handlers.selectMouse(2n);
    expect(current()).toEqual(['3', '*2']);
    expect(input.handlers.mice()[0]).toEqual({ name: 'Tablet', index: 3n, current: false, absolute: true });
    expect(() => input.handlers.selectMouse(9n)).toThrow("Mouse at index '9' not found");
    expect(() => input.handlers.selectMouse(BigInt(kbd.index))).toThrow(
      "Input device 'Keyboard' is not a mouse",
    );
    input.handlers.deactivate(mouse);
    input.moveMouse(1n, 1n, 0n);
    expect(seen()).toBe('x=1 y=1 |');
    input.handlers.unregister(mouse);
    input.moveMouse(1n, 1n, 0n);
    expect(seen()).toBe('');
  });
});

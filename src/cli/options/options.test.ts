import { describe, expect, it } from 'vitest';
import { kindOf } from '../../core/machine-kinds.ts';
import { givenOptions } from '../testing/given.ts';
import { actions } from './actions.ts';
import { bootMenu } from './boot.ts';
import { realTimeClock } from './clock.ts';
import { parseConfig } from './config-file.ts';
import { origins, withOrigin } from './origins.ts';
import { topology } from './processors.ts';
import { programPlan } from './program.ts';

const ignore = () => {};

describe('-smp', () => {
  const smp = (...given: string[]) =>
    topology(
      givenOptions(...given.flatMap(text => ['-smp', text])).merged('smp'),
      kindOf({ machine: 'virt' }),
    );

  it.each([
    [['4'], { cpus: 4, maxcpus: 4, sockets: 1, cores: 4, threads: 1 }],
    [['8,threads=2'], { cpus: 8, maxcpus: 8, sockets: 1, cores: 4, threads: 2 }],
    [['2,maxcpus=8,sockets=2'], { cpus: 2, maxcpus: 8, sockets: 2, cores: 4, threads: 1 }],
    [['8,cores=2'], { cpus: 8, maxcpus: 8, sockets: 4, cores: 2, threads: 1 }],
    [['sockets=2,cores=3'], { cpus: 6, maxcpus: 6, sockets: 2, cores: 3, threads: 1 }],
    [['2', 'cores=2'], { cpus: 2, maxcpus: 2, sockets: 1, cores: 2, threads: 1 }],
  ])('%j', (given, expected) => {
    expect(smp(...given)).toEqual(expected);
  });

  it.each(['0', '2,cores=0', 'sockets=0'])('%s is refused', given => {
    expect(() => smp(given)).toThrow(
      'Invalid CPU topology: CPU topology parameters must be greater than zero',
    );
  });
});

describe('-rtc', () => {
  const now = Date.UTC(2026, 0, 2, 3, 4, 5);
  const shows = (text: string) => {
    const { clock, offsetMs } = realTimeClock(givenOptions('-rtc', text).merged('rtc'), now);
    return [clock, new Date(now + offsetMs).toISOString()];
  };

  it('starts at the time of the host, or at another', () => {
    expect(shows('base=utc')).toEqual(['host', '2026-01-02T03:04:05.000Z']);
    expect(shows('base=2006-06-17T16:01:21,clock=vm')).toEqual(['vm', '2006-06-17T16:01:21.000Z']);
    expect(shows('base=1969-12-31,clock=rt')).toEqual(['rt', '1969-12-31T00:00:00.000Z']);
  });

  it('starts at local time', () => {
    const { offsetMs } = realTimeClock({ base: 'localtime' }, now);
    expect(offsetMs + new Date(now).getTimezoneOffset() * 60_000).toBe(0);
  });
});

describe('-boot', () => {
  const boot = (text: string) => bootMenu(givenOptions('-boot', text).merged('boot'));

  it('is what firmware is told', () => {
    expect(boot('cd')).toEqual({ strict: false, menu: false, menuWait: null, failWait: null });
    expect(boot('menu=on,splash-time=500,reboot-timeout=-1,strict=on')).toEqual({
      strict: true,
      menu: true,
      menuWait: 500,
      failWait: -1,
    });
  });

  it.each([
    ['order=aa', "Boot device 'a' was given twice"],
    ['reboot-timeout=70000', 'reboot timeout is invalid'],
    ['splash-time=x', "Parameter 'boot.splash-time' expects integer"],
  ])('%s is refused', (text, message) => {
    expect(() => boot(text)).toThrow(message);
  });
});

describe('-action', () => {
  it('counts with what is short for it, the last of an event', () => {
    const given = ['-no-reboot', '-action', 'panic=none,shutdown=pause', '-watchdog-action', 'none'];
    expect(actions(givenOptions(...given, '-action', 'reboot=reset'))).toEqual({
      reboot: 'reset',
      panic: 'none',
      shutdown: 'pause',
      watchdog: 'none',
    });
  });
});

describe('-set', () => {
  it('changes the option with that id', () => {
    const given = givenOptions(
      ...['-device', 'a,id=x', '-device', 'b,id=y', '-set', 'device.y.p=1,,2', '-set', 'device.y.q=3'],
    );
    expect(given.values('device')).toEqual([
      { driver: 'a', id: 'x' },
      { driver: 'b', id: 'y', p: '1,,2', q: '3' },
    ]);
  });
});

describe('a file of options', () => {
  it('is groups of keys and values', () => {
    const text = '# x\n\n[device "d0"]\n  driver = "a b,c"\nempty = ""\n[smp-opts]\n  cpus = "2"\n';
    expect(parseConfig(text, 'f')).toEqual([
      {
        group: 'device',
        where: 'f:5',
        entries: [
          ['id', 'd0'],
          ['driver', 'a b,c'],
          ['empty', ''],
        ],
      },
      { group: 'smp-opts', where: 'f:7', entries: [['cpus', '2']] },
    ]);
  });
});

describe('what the machine says of an option', () => {
  it('names it as it was given', () => {
    const known = origins(givenOptions('-hda', 'x', '-pflash', 'y', '--device', 'virtio-rng-device,id=r'));
    expect(withOrigin('-drive media=disk,file=x: no', known)).toBe('-hda x: no');
    expect(withOrigin('-drive if=pflash,file=y,id=pflash0: no', known)).toBe('-pflash y: no');
    expect(withOrigin('-device driver=virtio-rng-device,id=r: no', known)).toBe(
      '--device virtio-rng-device,id=r: no',
    );
    expect(withOrigin('something else: no', known)).toBe('something else: no');
  });
});

describe('-run-with', () => {
  const plan = (...given: string[]) => programPlan(givenOptions(...given), ignore);

  it('names a user by name or by numbers', () => {
    expect(plan('-run-with', 'user=12:34').user).toEqual({ name: null, uid: 12, gid: 34 });
    expect(plan('-runas', 'root').user).toEqual({ name: 'root', uid: 0, gid: 0 });
    expect(() => plan('-run-with', 'user=no-such')).toThrow(
      `-run-with user=no-such: User "no-such" doesn't exist (and is not <uid>:<gid>)`,
    );
  });

  it.each([
    [['-run-with', 'chroot=/tmp'], 'chroot failed'],
    [['-run-with', 'async-teardown=on'], 'async-teardown is not supported'],
    [['-daemonize', '-nographic'], '-nographic cannot be used with -daemonize'],
    [['-daemonize', '-c', 'info status'], 'would go nowhere'],
  ])('%j is refused', (given, message) => {
    expect(() => plan(...given)).toThrow(message);
  });

  it.each([
    [['-nodefaults']],
    [['-serial', 'null', '-parallel', 'none', '-qmp', 'unix:q']],
  ])('-daemonize -nographic goes with %j', given => {
    expect(plan('-daemonize', '-nographic', ...given).daemonize).toBe(true);
  });
});

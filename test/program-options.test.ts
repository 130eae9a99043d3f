/** Options that concern the program: files of options, the background, whom it runs as, what it inherits. */
import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hmp, PROGRAM } from './support/hmp.ts';
import { RunningHmp, STOPPED } from './support/programs.ts';
import { listening, until } from './support/waiting.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hmp-options-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** Whether a process runs; one that has ended may wait long for somebody to ask for its status. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

describe('-readconfig and -set', () => {
  it('are options like those of the command line', async () => {
    const config = file(
      'machine.conf',
      '# a machine\n[name]\n  guest = "from a file"\n\n[memory]\n  size = "64"\n' +
        '[device "rng7"]\n  driver = "virtio-rng-device"\n[object "e0"]\n  qom-type = "rng-builtin"\n',
    );
    const set = ['-set', 'device.rng7.rng=e0'];
    const commands = [
      '-c',
      'info name',
      '-c',
      'info memory_size_summary',
      '-c',
      'qom-get /machine/peripheral/rng7 rng',
    ];
    const run = await hmp(['-S', '-readconfig', config, ...set, ...commands]);
    expect(run.stderr).toBe('');
    expect(run.stdout).toBe('from a file\nbase memory: 67108864\n"/objects/e0"\n');
  });

  it.each([
    ['x = "y"\n', ':1: no group defined'],
    ['[name]\nguest\n', ':2: parse error'],
    ['[pigeon]\na = "b"\n', ":2: There is no option group 'pigeon'"],
    ['[memory]\nsize = "x"\n', ":2: Parameter 'size' expects a non-negative number below 2^64"],
    ['[device "d"]\ndriver = "pigeon"\n', ":2: 'pigeon' is not a valid device model name"],
  ])('%j is refused with the place', async (text, message) => {
    const config = file('bad.conf', text);
    const run = await hmp(['-S', '-M', 'virt', '-readconfig', config]);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain(`hmp: ${config}${message}`);
  });
});

describe('-preconfig', () => {
  it('makes the devices at exit_preconfig, when an object for them may have come', async () => {
    const commands = ['info cpus', 'object_add rng-builtin,id=late', 'exit_preconfig', 'info cpus'];
    const input = [...commands, 'qom-get /machine/peripheral/r0 rng', 'exit_preconfig', 'info status'].join(
      '\n',
    );
    const run = await hmp(['-M', 'virt', '-preconfig', '-device', 'virtio-rng-device,id=r0,rng=late'], {
      input,
    });
    expect(run.stderr.split('\n')).toEqual([
      expect.stringContaining("ommand 'info cpus' not available until machine initialization has completed."),
      expect.stringContaining('The command is permitted only before machine initialization'),
      '',
    ]);
    expect(run.stdout).toMatch(/^\* CPU #0: .*\n"\/objects\/late"\nVM status: running\n$/);
  });
});

describe('the process', () => {
  let started: { kill(): unknown } | null = null;
  afterEach(async () => {
    await started?.kill();
    started = null;
  });

  it('writes its number to a file that goes with it', async () => {
    const pid = join(folder, 'pid');
    const qmp = ['-qmp', `unix:${folder}/q,server=on,wait=off`, '-display', 'none'];
    const program = new RunningHmp([...STOPPED, '-pidfile', pid, ...qmp]);
    started = program;
    await program.listening(join(folder, 'q'));
    expect(readFileSync(pid, 'utf8')).toBe(`${program.pid}\n`);
    program.signal('SIGTERM');
    await program.finished;
    expect(existsSync(pid)).toBe(false);
    const run = await hmp(['-pidfile', '/no/such/pid']);
    expect(run.stderr).toBe(
      "hmp: cannot create PID file: Could not create '/no/such/pid': No such file or directory\n",
    );
  });

  it('ends as well as it would have when signals come meanwhile', async () => {
    const socket = join(folder, 'q');
    const qmp = ['-qmp', `unix:${socket},server=on,wait=off`, '-display', 'none'];
    const program = new RunningHmp([...STOPPED, ...qmp]);
    started = program;
    await program.listening(socket);
    let ended = false;
    const end = program.finished.then(run => {
      ended = true;
      return run.code;
    });
    connect(socket)
      .on('error', () => {})
      .end('{"execute": "qmp_capabilities"}{"execute": "quit"}');
    await until(() => !existsSync(socket));
    while (!ended) {
      program.signal('SIGTERM');
      await new Promise(resolve => setImmediate(resolve));
    }
    expect(await end).toBe(0);
  });

  it('goes on in the background, once the machine is there', async () => {
    const [pidFile, socket] = [join(folder, 'pid'), join(folder, 'q')];
    const background = ['-daemonize', '-pidfile', pidFile, '-qmp', `unix:${socket},server=on,wait=off`];
    const run = await hmp(['-S', '-M', 'virt', ...background]);
    expect(run).toEqual({ stdout: '', stderr: '', code: 0 });
    const pid = Number(readFileSync(pidFile, 'utf8'));
    expect(isAlive(pid)).toBe(true);
    connect(socket).end('{"execute": "qmp_capabilities"}{"execute": "quit"}');
    await until(() => !isAlive(pid));
    expect(existsSync(pidFile)).toBe(false);
  });

  it('tells what is wrong before it goes to the background', async () => {
    const run = await hmp(['-daemonize', '-device', 'pigeon']);
    expect(run.stderr).toBe("hmp: -device pigeon: 'pigeon' is not a valid device model name\n");
    expect(run.code).toBe(1);
  });

  it('ends with the process that started it', async () => {
    const pidFile = join(folder, 'pid');
    const options = `-S -M virt -run-with exit-with-parent=on -pidfile ${pidFile} -qmp unix:${folder}/q,server=on,wait=off`;
    const child = spawn('sh', ['-c', `'${process.execPath}' '${PROGRAM}' ${options} & exec sleep 600`], {
      stdio: 'ignore',
    });
    started = child;
    await listening(join(folder, 'q'));
    const pid = Number(readFileSync(pidFile, 'utf8'));
    child.kill('SIGKILL');
    await until(() => !isAlive(pid));
    expect(existsSync(pidFile)).toBe(false);
  });

  it('opens what it inherited by the name of its set', async () => {
    const fd = openSync(file('disk', 'x'.repeat(1024)), 'r+');
    const drive = ['-add-fd', 'fd=3,set=7', '-drive', 'if=none,id=d0,file=/dev/fdset/7,format=raw'];
    const program = new RunningHmp([...STOPPED, ...drive, '-c', 'info block d0'], {}, [fd]);
    closeSync(fd);
    const { stdout, stderr } = await program.finished;
    expect(stderr).toBe('');
    expect(stdout).toContain('/dev/fdset/7 (raw)');
  });

  it('puts time and name before its messages', async () => {
    const run = await hmp([
      '-name',
      'vm',
      '-msg',
      'timestamp=on,guest-name=on',
      '-M',
      'virt',
      '-device',
      'pigeon',
    ]);
    expect(run.stderr).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z vm hmp: -device pigeon: 'pigeon' is not a valid device model name\n$/,
    );
  });
});

describe('-machine dumpdtb=', () => {
  it('writes the device tree and ends', async () => {
    const path = join(folder, 'virt.dtb');
    expect(await hmp(['-M', `virt,dumpdtb=${path}`, '-smp', '2'])).toEqual({
      stdout: '',
      stderr: '',
      code: 0,
    });
    const tree = readFileSync(path);
    expect(tree.readUInt32BE(0)).toBe(0xd00dfeed);
    expect(tree.includes('cpu@1')).toBe(true);
  });

  it('tells what stands in the way', async () => {
    expect(await hmp(['-M', `none,dumpdtb=${join(folder, 'x')}`])).toEqual({
      stdout: '',
      stderr: "hmp: This machine doesn't have an FDT\n",
      code: 1,
    });
    expect(await hmp(['-M', 'virt,dumpdtb=/no/such/x'])).toMatchObject({ code: 1 });
  });
});

describe('a value that an option does not take', () => {
  it('is told in one line', async () => {
    expect(await hmp(['-boot', 'menu=maybe'])).toEqual({
      stdout: '',
      stderr: "hmp: Parameter 'boot.menu' expects 'on' or 'off'\n",
      code: 1,
    });
  });
});

describe('help about the machine', () => {
  it.each([
    [['-cpu', 'help'], 'Available CPUs:\n  max\n  rv64\n'],
    [['-machine', 'none,help'], /^none-machine options:\n {2}append=<string> {8}- .*\n/],
  ])('%j is answered without one', async (args, text) => {
    expect(await hmp(args)).toEqual({ stdout: expect.stringMatching(text), stderr: '', code: 0 });
  });
});

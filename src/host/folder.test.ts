import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openFolder } from './folder.ts';
import type { HostFolder } from './types.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

describe.skipIf(!existsSync('/proc/self/fd'))('a shared folder', () => {
  let outside: string;
  let top: string;
  let folder: HostFolder;
  beforeEach(async () => {
    outside = mkdtempSync(join(tmpdir(), 'hmp-folder-'));
    top = join(outside, 'top');
    mkdirSync(top);
    writeFileSync(join(outside, 'secret'), 'secret');
    writeFileSync(join(top, 'file'), 'content');
    folder = await openFolder(top);
  });
  afterEach(async () => {
    await folder.close();
    rmSync(outside, { recursive: true });
  });

  const refused = (operation: Promise<unknown>) => expect(operation).rejects.toThrow();

  it('reads and writes files', async () => {
    const file = await folder.open(['file'], { access: 'rw' });
    expect(new TextDecoder().decode(await file.read(3, 100))).toBe('tent');
    await file.write(7, bytes('!'));
    await file.sync(true);
    expect((await file.status()).size).toBe(8n);
    await file.close();
    const made = await folder.create(['new'], { access: 'w' }, 0o640, true);
    await made.write(0, bytes('x'));
    await made.close();
    expect(statSync(join(top, 'new')).mode & 0o777).toBe(0o640);
    await expect(folder.create(['new'], { access: 'w' }, 0o600, true)).rejects.toMatchObject({ errno: 17 });
    expect((await folder.list([])).sort()).toEqual(['file', 'new']);
  });

  it('makes, moves and removes', async () => {
    await folder.makeFolder(['d'], 0o755);
    await folder.rename(['file'], ['d', 'moved']);
    await folder.link(['d', 'moved'], ['second']);
    await folder.symlink(['d', 'link'], 'moved');
    expect(await folder.readLink(['d', 'link'])).toBe('moved');
    expect((await folder.status(['second'])).links).toBe(2n);
    await folder.setSize(['second'], 3n);
    await folder.setPermissions(['second'], 0o600);
    await folder.setTimes(['second'], { modified: 10n ** 18n });
    expect(await folder.status(['d', 'moved'])).toMatchObject({
      size: 3n,
      mode: 0o100600,
      modified: 10n ** 18n,
    });
    expect((await folder.fileSystem([])).blockSize).toBeGreaterThan(0);
    await expect(folder.remove(['d'], 'folder')).rejects.toMatchObject({ errno: 39 });
    await folder.remove(['d', 'link'], 'file');
    await folder.remove(['d', 'moved'], 'file');
    await folder.remove(['d'], 'folder');
    expect(await folder.list([])).toEqual(['second']);
  });

  it('keeps names and targets byte by byte', async () => {
    const name = 'a\xff\x01 b';
    await folder.symlink([name], 'to\xfe');
    expect(await folder.list([])).toContain(name);
    expect(await folder.readLink([name])).toBe('to\xfe');
  });

  it('does not follow a symbolic link, last or on the way', async () => {
    symlinkSync(join(outside, 'secret'), join(top, 'out'));
    symlinkSync(outside, join(top, 'up'));
    symlinkSync('file', join(top, 'near'));
    for (const path of [['out'], ['up', 'secret'], ['near'], ['up', 'top', 'file']]) {
      await refused(folder.open(path, { access: 'r' }));
      await refused(folder.open(path, { access: 'w', truncate: true }));
      await refused(folder.create(path, { access: 'w', truncate: true }, 0o600, false));
      await refused(folder.setSize(path, 0n));
      await refused(folder.setPermissions(path, 0o777));
    }
    await refused(folder.status(['up', 'secret']));
    await refused(folder.list(['up']));
    await refused(folder.makeFolder(['up', 'made'], 0o755));
    await refused(folder.symlink(['up', 'made'], 'x'));
    await refused(folder.link(['up', 'secret'], ['mine']));
    await refused(folder.rename(['up', 'secret'], ['mine']));
    await refused(folder.rename(['file'], ['up', 'mine']));
    await refused(folder.remove(['up', 'secret'], 'file'));
    await folder.link(['out'], ['second']); // of the link itself
    expect(readlinkSync(join(top, 'second'))).toBe(join(outside, 'secret'));
    await folder.setTimes(['out'], { modified: 0n });
    expect(lstatSync(join(top, 'out')).mtimeMs).toBe(0);
    expect(readFileSync(join(outside, 'secret'), 'utf8')).toBe('secret');
    expect(statSync(join(outside, 'secret')).mtimeMs).not.toBe(0);
    expect(readFileSync(join(top, 'file'), 'utf8')).toBe('content');
  });

  it.each([
    ['..'],
    ['.'],
    [''],
    ['a/b'],
    ['../secret'],
    ['/etc/passwd'],
    ['file\0'],
    ['x'.repeat(65_536)],
    ['../'.repeat(1000)],
  ])('refuses the name %j', async name => {
    await refused(folder.status([name]));
    await refused(folder.open([name], { access: 'r' }));
    await refused(folder.create([name], { access: 'w' }, 0o600, false));
    await refused(folder.list([name]));
    await refused(folder.status([name, 'secret']));
    await refused(folder.rename(['file'], [name]));
    await refused(folder.remove([name], 'folder'));
  });

  it('stays in the folder that was opened, whoever moves it', async () => {
    execFileSync('mv', [top, join(outside, 'elsewhere')]);
    mkdirSync(top);
    writeFileSync(join(top, 'file'), 'another');
    const file = await folder.open(['file'], { access: 'r' });
    expect(new TextDecoder().decode(await file.read(0, 100))).toBe('content');
    await file.close();
  });

  it('is not led out by a folder that turns into a link and back', async () => {
    const swap = join(top, 'swap');
    mkdirSync(swap);
    writeFileSync(join(swap, 'secret'), 'inside');
    const seen = new Set<string>();
    for (let n = 0; n < 60; n++) {
      const reading = folder
        .open(['swap', 'secret'], { access: 'r' })
        .then(async file => {
          seen.add(new TextDecoder().decode(await file.read(0, 100)));
          await file.close();
        })
        .catch(() => {});
      execFileSync('sh', ['-c', 'mv swap kept && ln -s .. swap && rm swap && mv kept swap'], { cwd: top });
      await reading;
    }
    expect(seen).not.toContain('secret');
  });

  it('opens no pipe, which would keep it waiting', async () => {
    execFileSync('mkfifo', [join(top, 'pipe')]);
    for (const access of ['r', 'w', 'rw'] as const) {
      await expect(folder.open(['pipe'], { access })).rejects.toMatchObject({ errno: 6 });
      await expect(folder.create(['pipe'], { access }, 0o600, false)).rejects.toMatchObject({ errno: 6 });
    }
  });

  it('says why a folder cannot be shared', async () => {
    await expect(openFolder(join(top, 'none'))).rejects.toThrow('No such file or directory');
    await expect(openFolder(join(top, 'file'))).rejects.toThrow('Not a directory');
  });
});

/** Debian's kernel listens to our keyboard and mouse, and draws on our display. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { VirtioInput } from '../../src/core/hw/virtio/input.ts';
import { resolvePath } from '../../src/core/qom/object.ts';
import { FULL_GUEST, hasLinux, INITRD, unpackKernel } from '../support/linux.ts';
import { MODERN, TestVm } from '../support/vm.ts';

const PROMPT = 'guest# ';
const DISPLAY = ['-device', 'virtio-gpu-device,id=gpu0,xres=800,yres=600'];
const POINTERS = ['-device', 'virtio-mouse-device,id=mouse0', '-device', 'virtio-tablet-device,id=tablet0'];

describe.skipIf(!hasLinux)("Debian's kernel on our input devices and display", () => {
  let images: ReturnType<typeof unpackKernel>;
  let vm: TestVm;

  beforeAll(async () => {
    images = unpackKernel();
    const { kernel, initrd } = FULL_GUEST ?? { kernel: images.kernel, initrd: INITRD };
    vm = await TestVm.start([
      ...['-m', '512M', '-kernel', kernel, '-initrd', initrd, '-append', 'console=ttyS0', ...MODERN],
      ...['-device', 'virtio-keyboard-device,id=kbd0', ...POINTERS, ...DISPLAY],
    ]);
    await vm.console().expect('GUEST-READY', 200_000);
    await vm.console().expect(PROMPT, 20_000);
  }, 300_000);
  afterAll(async () => {
    await vm.close();
    images.remove();
  });

  /** Runs a command in the guest's shell that must go well; resolves to what it prints. */
  async function sh(command: string): Promise<string> {
    vm.type(`${command}; echo done-$?\r`);
    const answer = await vm.console().expect('done-0\r\n', 60_000);
    await vm.console().expect(PROMPT, 20_000);
    return answer;
  }

  /** Starts a program of the guest that reads a device, then lets the monitor send; resolves to what it read. */
  async function reading(program: string, send: () => Promise<void>): Promise<string> {
    await sh(`(${program}) > /tmp/read & sleep 1`);
    await send();
    return sh('wait; cat /tmp/read');
  }

  it('knows what they are', async () => {
    const devices = await sh('cat /proc/bus/input/devices');
    for (const name of ['Keyboard', 'Mouse', 'Tablet'])
      expect(devices).toContain(`N: Name="QEMU Virtio ${name}"`);
    expect(devices).toMatch(/I: Bus=0006 Vendor=0627 Product=0001 Version=0001/);
    expect(devices).toMatch(/B: LED=7\b/);
    expect(devices).toMatch(/B: ABS=3\b/);
    expect(await vm.hmp('info mice')).toMatch(/^\* Mouse #\d: QEMU Virtio \w+/m);
  });

  it('reads what is typed', async () => {
    const line = await reading('head -n 1 /dev/tty1', async () => {
      for (const keys of ['h', 'shift-i', 'spc', '0x1e', 'ret']) await vm.hmp(`sendkey ${keys}`);
    });
    expect(line).toContain('hI a');
  });

  it('lights the LED of Caps Lock', async () => {
    const keyboard = resolvePath(vm.machine.board.root, '/machine/peripheral/kbd0');
    await vm.hmp('sendkey caps_lock');
    await sh('sleep 1');
    expect((keyboard as VirtioInput).leds & 2).toBe(2);
  });

  it('sees the mouse move and its buttons', async () => {
    const [mouse] = /Mouse #\d(?=: QEMU Virtio Mouse)/.exec(await vm.hmp('info mice'))!;
    await vm.hmp(`mouse_set ${mouse.at(-1)}`);
    const packets = await reading('dd if=/dev/input/mice bs=3 count=2 2>/dev/null | hexdump -C', async () => {
      await vm.hmp('mouse_move 5 -3');
      await vm.hmp('mouse_button 1');
    });
    expect(packets).toMatch(/08 05 03 09 00 00/);
  });

  it('draws what is saved', async context => {
    const loaded = await sh('modprobe virtio-gpu 2>/dev/null; sleep 2; ls /dev/fb0 2>&1 || true');
    if (/No such file/.test(loaded)) return context.skip('this guest has no driver of the display');
    await sh(
      'cat /dev/zero | tr "\\0" A | dd of=/dev/fb0 bs=3200 count=600 iflag=fullblock 2>/dev/null; sleep 1',
    );
    const picture = join(images.folder, 'screen.ppm');
    await vm.hmp(`screendump ${picture}`);
    const bytes = readFileSync(picture);
    expect(bytes.subarray(0, 15).toString()).toBe('P6\n800 600\n255\n');
    const lowerHalf = bytes.subarray(15 + 800 * 300 * 3); // the cursor blinks in the upper one
    expect([lowerHalf.length, lowerHalf.every(byte => byte === 0x41)]).toEqual([800 * 300 * 3, true]);
  });
});

/** What devices trace while a guest drives them. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ALL_DEVICES, GUEST, SCRATCH_DISK, TestVm } from './support/vm.ts';

const POINTER = '0x5500[0-9a-f]{8}';

describe('trace events of a running guest', () => {
  let folder: string;
  let vm: TestVm;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hmp-trace-'));
  });
  afterEach(async () => {
    await vm.close();
    rmSync(folder, { recursive: true });
  });

  const logged = async (...events: string[]) => {
    for (const event of events) await vm.hmp(`trace-event ${event} off`);
    return readFileSync(join(folder, 'log'), 'utf8');
  };

  async function start(...more: string[]): Promise<void> {
    vm = await TestVm.start([...GUEST, '-D', join(folder, 'log'), ...SCRATCH_DISK, ...more]);
  }

  it('follow a request of the disk from the queue to its end', async () => {
    await start(...ALL_DEVICES);
    await vm.boot();
    for (const event of ['virtio_*', 'virtqueue_*']) await vm.hmp(`trace-event ${event} on`);
    await vm.shell('disk read 3');
    const text = await logged('*');
    const request = new RegExp(
      [
        `virtio_mmio_write_offset virtio_mmio_write offset 0x50 value 0x0`,
        `virtio_queue_notify vdev (${POINTER}) n 0 vq (${POINTER})`,
        `virtqueue_pop vq \\2 elem (${POINTER}) in_num 2 out_num 1`,
        `virtio_blk_handle_read vdev \\1 req \\3 sector 3 nsectors 1`,
        `virtio_blk_rw_complete vdev \\1 req \\3 ret 0`,
        `virtio_blk_req_complete vdev \\1 req \\3 status 0`,
        `virtqueue_fill vq \\2 elem \\3 len 513 idx 0`,
        `virtqueue_flush vq \\2 count 1`,
        `virtio_notify vdev \\1 vq \\2`,
        `virtio_mmio_setting_irq virtio_mmio setting IRQ 1`,
      ].join('\\n(?:.*\\n)*?'),
    );
    expect(text).toMatch(request);
  });

  it('tell of entropy, the balloon, the serial port and the clock', async () => {
    await start(...ALL_DEVICES);
    await vm.boot();
    await vm.hmp('trace-event * on');
    await vm.shell('rng 8');
    const moved = vm.event('BALLOON_CHANGE');
    await vm.hmp('balloon 100');
    await moved;
    const text = await logged('*');
    expect(text).toMatch(/^virtio_rng_request rng 0x\w+: 8 bytes requested, \d+ bytes quota left$/m);
    expect(text).toMatch(/^virtio_rng_pushed rng 0x\w+: 8 bytes pushed$/m);
    expect(text).toMatch(/^virtio_balloon_to_target balloon target: 0x6400000 num_pages: 7168$/m);
    expect(text).toMatch(/^virtio_balloon_handle_output section name: riscv_virt_board\.ram gpa: 0x8\w{7}$/m);
    expect(text).toMatch(/^serial_write write addr 0x00 val 0x\w\w$/m);
    expect(text).toMatch(/^riscv_trap hart:0, async:1, cause:9, epc:0x\w+, tval:0x0, desc=s_external$/m);
  });
});

import { describe, expect, it } from 'vitest';
import { Displays } from '../../display/console.ts';
import { VirtioGpu } from './gpu.ts';
import { CMD } from './gpu-format.ts';
import { startDriver } from './testing/driver.ts';
import { Rig } from './testing/rig.ts';

function traced(rig: Rig, pattern: string): string[] {
  const lines: string[] = [];
  rig.trace.sink = line => lines.push(line.trimEnd());
  rig.trace.set(rig.trace.find(pattern), true);
  return lines;
}

/** A command whose fields have 32 bits each. */
function command(type: number, fields: readonly number[], fenced = false): Uint8Array {
  const words = [type, fenced ? 1 : 0, 0x1122, 0, 0, 0, ...fields];
  return new Uint8Array(Uint32Array.from(words).buffer);
}

describe('trace events of the display device', () => {
  it('tell of commands, sound or not, and of fences', () => {
    const rig = new Rig({ modern: true });
    rig.plug(new VirtioGpu(rig.types, rig.env, new Displays()), { id: 'gpu0' });
    const [control, cursor] = startDriver(rig, 1n << 32n, 2, 16);
    const lines = traced(rig, 'virtio_gpu_*');
    const send = (queue: typeof control, bytes: Uint8Array) => {
      queue!.add([bytes, 512]);
      queue!.kick();
    };
    send(control, command(CMD.getDisplayInfo, []));
    send(control, command(CMD.resourceCreate2d, [1, 2, 640, 480], true));
    send(control, command(CMD.resourceCreate2d, [1, 2])); // too short to tell of
    send(control, command(CMD.setScanout, [1, 2, 3, 4, 0, 9]));
    send(control, command(CMD.resourceFlush, [1, 2, 3, 4, 1, 0]));
    send(control, command(CMD.transferToHost2d, [0, 0, 640, 480, 0, 0, 0xab, 0]));
    send(control, command(CMD.resourceUnref, [1, 0]));
    send(cursor, command(CMD.moveCursor, [0, 5, 6, 0, 1, 0, 0, 0]));
    expect(lines).toEqual([
      'virtio_gpu_cmd_get_display_info',
      'virtio_gpu_cmd_res_create_2d res 0x1, fmt 0x2, w 640, h 480',
      'virtio_gpu_fence_ctrl fence 0x1122, type 0x101',
      'virtio_gpu_fence_resp fence 0x1122',
      'virtio_gpu_cmd_set_scanout id 0, res 0x9, w 3, h 4, x 1, y 2',
      'virtio_gpu_cmd_res_flush res 0x1, w 3, h 4, x 1, y 2',
      'virtio_gpu_cmd_res_xfer_toh_2d res 0xab',
      'virtio_gpu_cmd_res_unref res 0x1',
      'virtio_gpu_update_cursor scanout 0, x 5, y 6, move, res 0x1',
    ]);
  });
});

import { hex, type TraceEvent, type Tracer, traceEvent } from '../../trace.ts';
import { CMD, FLAG_FENCE, readRectangle } from './gpu-format.ts';
import type { GpuCommand } from './gpu-renderer.ts';

type Command = TraceEvent<[view: DataView]>;

const word = (view: DataView, at: number) => view.getUint32(at, true);
const resource = (at: number) => (view: DataView) => `res ${hex(word(view, at))}`;

function rectangle(view: DataView): string {
  const { x, y, width, height } = readRectangle(view, 24);
  return `w ${width}, h ${height}, x ${x}, y ${y}`;
}

function cursor(view: DataView, kind: string): string {
  const [scanout, x, y, id] = [24, 28, 32, 40].map(at => word(view, at));
  return `scanout ${scanout}, x ${x}, y ${y}, ${kind}, res ${hex(id!)}`;
}

const UPDATE_CURSOR = traceEvent('virtio_gpu_update_cursor', (view: DataView) =>
  cursor(view, word(view, 0) === CMD.moveCursor ? 'move' : 'update'),
);

/** Trace events of commands, with the bytes that a command must have to tell what the event tells. */
const COMMANDS: Readonly<Record<number, readonly [length: number, event: Command]>> = {
  [CMD.getDisplayInfo]: [24, traceEvent('virtio_gpu_cmd_get_display_info', () => '')],
  [CMD.getEdid]: [28, traceEvent('virtio_gpu_cmd_get_edid', view => `scanout ${word(view, 24)}`)],
  [CMD.resourceCreate2d]: [
    40,
    traceEvent('virtio_gpu_cmd_res_create_2d', view => {
      const [format, width, height] = [28, 32, 36].map(at => word(view, at));
      return `${resource(24)(view)}, fmt ${hex(format!)}, w ${width}, h ${height}`;
    }),
  ],
  [CMD.resourceUnref]: [28, traceEvent('virtio_gpu_cmd_res_unref', resource(24))],
  [CMD.resourceAttachBacking]: [28, traceEvent('virtio_gpu_cmd_res_back_attach', resource(24))],
  [CMD.resourceDetachBacking]: [28, traceEvent('virtio_gpu_cmd_res_back_detach', resource(24))],
  [CMD.transferToHost2d]: [52, traceEvent('virtio_gpu_cmd_res_xfer_toh_2d', resource(48))],
  [CMD.resourceFlush]: [
    44,
    traceEvent('virtio_gpu_cmd_res_flush', view => `${resource(40)(view)}, ${rectangle(view)}`),
  ],
  [CMD.setScanout]: [
    48,
    traceEvent(
      'virtio_gpu_cmd_set_scanout',
      view => `id ${word(view, 40)}, ${resource(44)(view)}, ${rectangle(view)}`,
    ),
  ],
  [CMD.updateCursor]: [44, UPDATE_CURSOR],
  [CMD.moveCursor]: [44, UPDATE_CURSOR],
};

const FENCE = {
  asked: traceEvent(
    'virtio_gpu_fence_ctrl',
    (fence: bigint, type: number) => `fence ${hex(fence)}, type ${hex(type)}`,
  ),
  passed: traceEvent('virtio_gpu_fence_resp', (fence: bigint) => `fence ${hex(fence)}`),
};

const fenceOf = (view: DataView) =>
  view.byteLength >= 24 && (word(view, 4) & FLAG_FENCE) !== 0 ? view.getBigUint64(8, true) : undefined;

/** A command is about to be carried out. */
export function traceCommand(tracer: Tracer, { type, view }: GpuCommand): void {
  if (!tracer.any) return;
  const [length, event] = COMMANDS[type] ?? [];
  if (event && view.byteLength >= length!) tracer.emit(event, view);
  const fence = fenceOf(view);
  if (fence !== undefined) tracer.emit(FENCE.asked, fence, type);
}

/** It has been. */
export function traceAnswer(tracer: Tracer, view: DataView): void {
  const fence = tracer.any ? fenceOf(view) : undefined;
  if (fence !== undefined) tracer.emit(FENCE.passed, fence);
}

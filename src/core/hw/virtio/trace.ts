import { hex, pointer, traceEvent } from '../../trace.ts';

/** Trace events of virtio devices of every kind, and of their queues. */
export const VIRTIO_TRACE = {
  setStatus: traceEvent(
    'virtio_set_status',
    (device: object, status: number) => `vdev ${pointer(device)} val ${status}`,
  ),
  queueNotify: traceEvent(
    'virtio_queue_notify',
    (device: object, index: number, queue: object) =>
      `vdev ${pointer(device)} n ${index} vq ${pointer(queue)}`,
  ),
  notify: traceEvent(
    'virtio_notify',
    (device: object, queue: object) => `vdev ${pointer(device)} vq ${pointer(queue)}`,
  ),
};

export const QUEUE_TRACE = {
  pop: traceEvent(
    'virtqueue_pop',
    (queue: object, element: object, inCount: number, outCount: number) =>
      `vq ${pointer(queue)} elem ${pointer(element)} in_num ${inCount} out_num ${outCount}`,
  ),
  fill: traceEvent(
    'virtqueue_fill',
    (queue: object, element: object, length: number, index: number) =>
      `vq ${pointer(queue)} elem ${pointer(element)} len ${length} idx ${index}`,
  ),
  flush: traceEvent(
    'virtqueue_flush',
    (queue: object, count: number) => `vq ${pointer(queue)} count ${count}`,
  ),
};

export const MMIO_TRACE = {
  read: traceEvent(
    'virtio_mmio_read',
    (offset: number, _: bigint) => `virtio_mmio_read offset ${hex(offset)}`,
  ),
  write: traceEvent(
    'virtio_mmio_write_offset',
    (offset: number, value: bigint) => `virtio_mmio_write offset ${hex(offset)} value ${hex(value)}`,
  ),
  guestPage: traceEvent(
    'virtio_mmio_guest_page',
    (size: number, shift: number) => `guest page size ${hex(size)} shift ${shift}`,
  ),
  queueWrite: traceEvent(
    'virtio_mmio_queue_write',
    (size: number, most: number) => `mmio_queue write ${hex(size)} max ${most}`,
  ),
  settingIrq: traceEvent(
    'virtio_mmio_setting_irq',
    (level: boolean) => `virtio_mmio setting IRQ ${Number(level)}`,
  ),
};

const request = (device: object, element: object) => `vdev ${pointer(device)} req ${pointer(element)}`;
const sectors = (device: object, element: object, sector: number, count: number) =>
  `${request(device, element)} sector ${sector} nsectors ${count}`;

export const BLK_TRACE = {
  handleRead: traceEvent('virtio_blk_handle_read', sectors),
  handleWrite: traceEvent('virtio_blk_handle_write', sectors),
  rwComplete: traceEvent(
    'virtio_blk_rw_complete',
    (device: object, element: object, result: number) => `${request(device, element)} ret ${result}`,
  ),
  reqComplete: traceEvent(
    'virtio_blk_req_complete',
    (device: object, element: object, status: number) => `${request(device, element)} status ${status}`,
  ),
};

const rng = (device: object) => `rng ${pointer(device)}`;

export const RNG_TRACE = {
  notReady: traceEvent('virtio_rng_guest_not_ready', (device: object) => `${rng(device)}: guest not ready`),
  request: traceEvent(
    'virtio_rng_request',
    (device: object, size: number, quota: bigint) =>
      `${rng(device)}: ${size} bytes requested, ${BigInt.asUintN(32, quota)} bytes quota left`,
  ),
  popped: traceEvent('virtio_rng_popped', (device: object) => `${rng(device)}: elem popped`),
  pushed: traceEvent(
    'virtio_rng_pushed',
    (device: object, length: number) => `${rng(device)}: ${length} bytes pushed`,
  ),
};

export const BALLOON_TRACE = {
  badAddress: traceEvent('virtio_balloon_bad_addr', (address: number) => hex(address)),
  output: traceEvent(
    'virtio_balloon_handle_output',
    (region: string, address: number) => `section name: ${region} gpa: ${hex(address)}`,
  ),
  getConfig: traceEvent(
    'virtio_balloon_get_config',
    (pages: number, actual: number) => `num_pages: ${pages} actual: ${actual}`,
  ),
  setConfig: traceEvent(
    'virtio_balloon_set_config',
    (actual: number, old: number) => `actual: ${actual} oldactual: ${old}`,
  ),
  toTarget: traceEvent(
    'virtio_balloon_to_target',
    (target: bigint, pages: number) => `balloon target: ${hex(target)} num_pages: ${pages}`,
  ),
};

export const SERIAL_TRACE = {
  send: traceEvent(
    'virtio_serial_send_control_event',
    (port: number, event: number, value: number) => `port ${port}, event ${event}, value ${value}`,
  ),
  message: traceEvent(
    'virtio_serial_handle_control_message',
    (event: number, value: number) => `event ${event}, value ${value}`,
  ),
  messagePort: traceEvent('virtio_serial_handle_control_message_port', (port: number) => `port ${port}`),
  throttle: traceEvent(
    'virtio_serial_throttle_port',
    (port: number, throttled: boolean) => `port ${port}, throttle ${Number(throttled)}`,
  ),
};

const tagged = (name: string, lun: number, tag: bigint) =>
  `${name} lun=${lun} tag=${hex(BigInt.asUintN(32, tag))}`;

export const SCSI_TRACE = {
  request: traceEvent(
    'virtio_scsi_cmd_req',
    (lun: number, tag: bigint, command: number) =>
      `${tagged('virtio_scsi_cmd_req', lun, tag)} cmd=${hex(command)}`,
  ),
  response: traceEvent(
    'virtio_scsi_cmd_resp',
    (lun: number, tag: bigint, response: number, status: number) =>
      `${tagged('virtio_scsi_cmd_resp', lun, tag)} response=${response} status=${hex(status)}`,
  ),
};

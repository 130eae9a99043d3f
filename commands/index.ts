import type { Completers, Handlers } from '../src/monitor/types.ts';
import { stopcapture, wavcapture } from './audio/capture.ts';
import {
  driveBackup,
  driveMirror,
  snapshotBlkdev,
  snapshotBlkdevInternal,
  snapshotDeleteBlkdevInternal,
} from './block/copies.ts';
import { driveAdd, driveDel } from './block/drives.ts';
import { infoBlock } from './block/info-block.ts';
import { infoBlockJobs } from './block/info-block-jobs.ts';
import { infoBlockstats } from './block/info-blockstats.ts';
import {
  blockJobCancel,
  blockJobComplete,
  blockJobPause,
  blockJobResume,
  blockJobSetSpeed,
  blockStream,
} from './block/jobs.ts';
import { blockResize, blockSetIoThrottle, change, commit, completeChange, eject } from './block/media.ts';
import { nbdServerAdd, nbdServerRemove, nbdServerStart, nbdServerStop } from './block/nbd.ts';
import { completeQemuIo, qemuIo } from './block/qemu-io.ts';
import { delvm, infoSnapshots, loadvm, savevm } from './block/snapshots.ts';
import {
  chardevAdd,
  chardevChange,
  chardevRemove,
  chardevSendBreak,
  completeChardevAdd,
  completeChardevChange,
  completeChardevRemove,
} from './char/chardev.ts';
import { infoChardev } from './char/info-chardev.ts';
import { completeRingbuf, ringbufRead, ringbufWrite } from './char/ringbuf.ts';
import { completeCpu, cpu, infoCpus, infoRegisters } from './cpu/cpus.ts';
import { debugCompleters, debugHandlers } from './debug/table.ts';
import { completeDeviceAdd, completeDeviceDel, deviceAdd, deviceDel, infoQdm } from './device/device.ts';
import { expirePassword, setPassword } from './display/passwords.ts';
import { completeScreendump, screendump } from './display/screendump.ts';
import { completeMouse, infoMice, mouseButton, mouseMove, mouseSet } from './input/mouse.ts';
import { completeSendkey, sendkey } from './input/sendkey.ts';
import { balloon, infoBalloon } from './machine/balloon.ts';
import { calcDirtyRate, cancelVcpuDirtyLimit, setVcpuDirtyLimit } from './machine/dirty-rate.ts';
import { infoName, infoUuid, infoVersion } from './machine/identity.ts';
import {
  clientMigrateInfo,
  coloLostHeartbeat,
  migrate,
  migrateCancel,
  migrateContinue,
  migrateIncoming,
  migratePause,
  migrateRecover,
  migrateStartPostcopy,
} from './machine/migrate.ts';
import { infoMtree, infoQtree } from './machine/trees.ts';
import { memoryDump, physicalMemoryDump } from './memory/dump.ts';
import { gva2gpa } from './memory/gva2gpa.ts';
import { print } from './memory/print.ts';
import { sum } from './memory/sum.ts';
import { closefd, getfd } from './monitor/descriptors.ts';
import { clear, detach, help, infoHelp, infoHistory, quit } from './monitor/session.ts';
import { completeEvent, wait } from './monitor/wait.ts';
import { completeHostfwd, hostfwdAdd, hostfwdRemove } from './net/hostfwd.ts';
import {
  announceSelf,
  completeAnnounceSelf,
  completeNetdevAdd,
  completeNetdevDel,
  netdevAdd,
  netdevDel,
} from './net/netdev.ts';
import { completeSetLink, setLink } from './net/set-link.ts';
import { pcieAerInjectError } from './pci/aer.ts';
import { infoPci } from './pci/info-pci.ts';
import { completeQomPath, completeQomProperty } from './qom/completion.ts';
import { completeObjectAdd, completeObjectDel, objectAdd, objectDel } from './qom/objects.ts';
import { qomGet, qomList, qomSet } from './qom/properties.ts';
import { infoQomTree } from './qom/tree.ts';
import { cont, stop, systemPowerdown, systemReset, systemWakeup } from './run-state/control.ts';
import { infoStatus } from './run-state/info-status.ts';
import { completeWatchdogAction, watchdogAction } from './run-state/watchdog-action.ts';
import { completeVirtio, infoVirtio } from './virtio/list.ts';
import {
  infoVirtioQueueElement,
  infoVirtioQueueStatus,
  infoVirtioVhostQueueStatus,
} from './virtio/queues.ts';
import { infoVirtioStatus } from './virtio/status.ts';

/** Every handler by the name that `.cmd` gives it in the tables. */
export const handlers: Handlers = {
  hmp_block_stream: blockStream,
  hmp_block_job_set_speed: blockJobSetSpeed,
  hmp_block_job_cancel: blockJobCancel,
  hmp_block_job_complete: blockJobComplete,
  hmp_block_job_pause: blockJobPause,
  hmp_block_job_resume: blockJobResume,
  hmp_wavcapture: wavcapture,
  hmp_stopcapture: stopcapture,
  hmp_migrate: migrate,
  hmp_migrate_cancel: migrateCancel,
  hmp_migrate_continue: migrateContinue,
  hmp_migrate_incoming: migrateIncoming,
  hmp_migrate_recover: migrateRecover,
  hmp_migrate_pause: migratePause,
  hmp_migrate_start_postcopy: migrateStartPostcopy,
  hmp_x_colo_lost_heartbeat: coloLostHeartbeat,
  hmp_client_migrate_info: clientMigrateInfo,
  hmp_snapshot_blkdev: snapshotBlkdev,
  hmp_snapshot_blkdev_internal: snapshotBlkdevInternal,
  hmp_snapshot_delete_blkdev_internal: snapshotDeleteBlkdevInternal,
  hmp_drive_mirror: driveMirror,
  hmp_drive_backup: driveBackup,
  hmp_pcie_aer_inject_error: pcieAerInjectError,
  hmp_nbd_server_start: nbdServerStart,
  hmp_nbd_server_add: nbdServerAdd,
  hmp_nbd_server_remove: nbdServerRemove,
  hmp_nbd_server_stop: nbdServerStop,
  hmp_getfd: getfd,
  hmp_closefd: closefd,
  hmp_set_password: setPassword,
  hmp_expire_password: expirePassword,
  hmp_calc_dirty_rate: calcDirtyRate,
  hmp_set_vcpu_dirty_limit: setVcpuDirtyLimit,
  hmp_cancel_vcpu_dirty_limit: cancelVcpuDirtyLimit,

  ...debugHandlers,
  hmp_help: help,
  hmp_info_help: infoHelp,
  hmp_info_history: infoHistory,
  hmp_clear: clear,
  hmp_quit: quit,
  hmp_detach: detach,
  hmp_wait: wait,

  hmp_stop: stop,
  hmp_cont: cont,
  hmp_system_reset: systemReset,
  hmp_system_powerdown: systemPowerdown,
  hmp_system_wakeup: systemWakeup,
  hmp_watchdog_action: watchdogAction,
  hmp_info_status: infoStatus,

  hmp_cpu: cpu,
  hmp_info_cpus: infoCpus,
  hmp_info_registers: infoRegisters,
  hmp_memory_dump: memoryDump,
  hmp_physical_memory_dump: physicalMemoryDump,
  hmp_print: print,
  hmp_gva2gpa: gva2gpa,
  hmp_sum: sum,

  hmp_info_version: infoVersion,
  hmp_info_name: infoName,
  hmp_info_pci: infoPci,
  hmp_info_uuid: infoUuid,
  hmp_info_mtree: infoMtree,
  hmp_info_qtree: infoQtree,
  hmp_balloon: balloon,
  hmp_info_balloon: infoBalloon,

  hmp_sendkey: sendkey,
  hmp_mouse_move: mouseMove,
  hmp_mouse_button: mouseButton,
  hmp_mouse_set: mouseSet,
  hmp_info_mice: infoMice,
  hmp_screendump: screendump,

  hmp_device_add: deviceAdd,
  hmp_device_del: deviceDel,
  hmp_info_qdm: infoQdm,
  hmp_netdev_add: netdevAdd,
  hmp_netdev_del: netdevDel,
  hmp_announce_self: announceSelf,
  hmp_set_link: setLink,
  hmp_hostfwd_add: hostfwdAdd,
  hmp_hostfwd_remove: hostfwdRemove,
  hmp_info_block: infoBlock,
  hmp_info_blockstats: infoBlockstats,
  hmp_info_block_jobs: infoBlockJobs,
  hmp_info_snapshots: infoSnapshots,
  hmp_eject: eject,
  hmp_change: change,
  hmp_block_resize: blockResize,
  hmp_block_set_io_throttle: blockSetIoThrottle,
  hmp_drive_add: driveAdd,
  hmp_drive_del: driveDel,
  hmp_commit: commit,
  hmp_qemu_io: qemuIo,
  hmp_savevm: savevm,
  hmp_loadvm: loadvm,
  hmp_delvm: delvm,
  hmp_info_chardev: infoChardev,
  hmp_chardev_add: chardevAdd,
  hmp_chardev_change: chardevChange,
  hmp_chardev_remove: chardevRemove,
  hmp_chardev_send_break: chardevSendBreak,
  hmp_ringbuf_write: ringbufWrite,
  hmp_ringbuf_read: ringbufRead,

  hmp_object_add: objectAdd,
  hmp_object_del: objectDel,
  hmp_qom_list: qomList,
  hmp_qom_get: qomGet,
  hmp_qom_set: qomSet,
  hmp_info_qom_tree: infoQomTree,

  hmp_virtio_query: infoVirtio,
  hmp_virtio_status: infoVirtioStatus,
  hmp_virtio_queue_status: infoVirtioQueueStatus,
  hmp_vhost_queue_status: infoVirtioVhostQueueStatus,
  hmp_virtio_queue_element: infoVirtioQueueElement,
};

/** Every completer by the name that `.command_completion` gives it in the tables. */
export const completers: Completers = {
  ...debugCompleters,
  change_completion: completeChange,
  qemu_io_completion: completeQemuIo,
  announce_self_completion: completeAnnounceSelf,
  chardev_add_completion: completeChardevAdd,
  chardev_change_completion: completeChardevChange,
  chardev_remove_completion: completeChardevRemove,
  cpu_completion: completeCpu,
  device_add_completion: completeDeviceAdd,
  device_del_completion: completeDeviceDel,
  hostfwd_completion: completeHostfwd,
  mouse_completion: completeMouse,
  netdev_add_completion: completeNetdevAdd,
  netdev_del_completion: completeNetdevDel,
  object_add_completion: completeObjectAdd,
  object_del_completion: completeObjectDel,
  qom_path_completion: completeQomPath,
  qom_property_completion: completeQomProperty,
  ringbuf_completion: completeRingbuf,
  screendump_completion: completeScreendump,
  sendkey_completion: completeSendkey,
  set_link_completion: completeSetLink,
  virtio_completion: completeVirtio,
  virtio_queue_completion: completeVirtio,
  wait_completion: completeEvent,
  watchdog_action_completion: completeWatchdogAction,
};

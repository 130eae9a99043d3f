import type { Needs } from '../src/monitor/remote.ts';
import type { CommandName } from '../src/qapi/generated/types.ts';

/** A QMP command, or a member of its reply that older releases do not have. */
type Need = CommandName | `${CommandName}.${string}`;

/** Runs in this program, whatever the server. */
const NOTHING: readonly Need[] = [];
/** The handler knows our own machine's case alone, so that another server's monitor does it better. */
const OURS = ['ours'] as const;

/**
 * What each handler asks of a server that the monitor is attached to. Where the server lacks something of it the
 * line runs in the server's own human monitor.
 */
export const needs = {
  hmp_help: NOTHING,
  hmp_info_help: NOTHING,
  hmp_info_history: NOTHING,
  hmp_clear: NOTHING,
  hmp_detach: NOTHING,
  hmp_print: NOTHING,
  hmp_quit: ['quit'],
  hmp_wait: ['query-qmp-schema'],

  hmp_stop: ['stop'],
  hmp_cont: ['cont'],
  hmp_system_reset: ['system_reset'],
  hmp_system_powerdown: ['system_powerdown'],
  hmp_system_wakeup: ['system_wakeup'],
  hmp_watchdog_action: ['watchdog-set-action'],
  hmp_info_status: ['query-status'],

  hmp_cpu: ['query-cpus-fast'],
  hmp_info_cpus: ['query-cpus-fast.qom-type'],
  hmp_info_registers: ['x-query-registers'],
  hmp_memory_dump: ['x-read-memory', 'x-disassemble'],
  hmp_physical_memory_dump: ['x-read-memory', 'x-disassemble'],
  hmp_gva2gpa: ['x-translate'],
  hmp_sum: ['x-read-memory'],
  hmp_info_mem: ['x-query-page-tables'],
  hmp_gpa2hva: ['x-query-host-address'],
  hmp_gpa2hpa: ['x-query-host-address'],
  hmp_memsave: ['memsave'],
  hmp_pmemsave: ['pmemsave'],
  hmp_dumpdtb: ['dumpdtb'],
  hmp_dump_guest_memory: ['dump-guest-memory'],
  hmp_info_dump: ['query-dump'],

  hmp_info_version: ['query-version'],
  hmp_info_name: ['query-name'],
  hmp_info_uuid: ['query-uuid'],
  hmp_info_pci: ['query-pci'],
  hmp_info_mtree: ['x-query-mtree'],
  hmp_info_qtree: ['x-query-qtree'],
  hmp_balloon: ['balloon'],
  hmp_info_balloon: ['query-balloon'],
  hmp_info_memdev: ['query-memdev'],
  hmp_info_memory_devices: OURS, // each kind of device is shown in its own way
  hmp_info_memory_size_summary: ['query-memory-size-summary'],
  hmp_hotpluggable_cpus: ['query-hotpluggable-cpus'],
  hmp_info_iothreads: ['query-iothreads'],
  hmp_info_kvm: ['query-kvm'],
  hmp_info_accelerators: ['query-accelerators'],

  hmp_info_replay: ['query-replay'],
  hmp_replay_break: ['replay-break'],
  hmp_replay_delete_break: ['replay-delete-break'],
  hmp_replay_seek: ['replay-seek'],
  hmp_info_dirty_rate: ['query-dirty-rate.calc-time-unit'],
  hmp_info_vcpu_dirty_limit: ['query-vcpu-dirty-limit'],
  hmp_info_stats: OURS, // the text follows query-stats-schemas
  hmp_info_cryptodev: ['query-cryptodev'],
  hmp_info_tpm: OURS, // kinds of back ends that ours does not have
  hmp_rocker: ['query-rocker'],
  hmp_rocker_ports: ['query-rocker-ports'],
  hmp_rocker_of_dpa_flows: ['query-rocker-of-dpa-flows'],
  hmp_rocker_of_dpa_groups: ['query-rocker-of-dpa-groups'],
  hmp_info_vnc: ['query-vnc-servers'],
  hmp_info_vm_generation_id: ['query-vm-generation-id'],
  hmp_info_firmware_log: ['query-firmware-log'],
  hmp_info_capture: OURS,
  hmp_info_sync_profile: OURS,
  hmp_sync_profile: ['x-sync-profile'],

  hmp_info_migrate: OURS, // ours never migrates
  hmp_info_migrate_capabilities: ['query-migrate-capabilities'],
  hmp_info_migrate_parameters: OURS, // each release has others
  hmp_migrate_set_capability: ['migrate-set-capabilities', 'query-migrate-capabilities'],
  hmp_migrate_set_parameter: OURS,

  hmp_migrate: OURS, // QEMU shows the progress
  hmp_migrate_cancel: ['migrate_cancel'],
  hmp_migrate_continue: ['migrate-continue'],
  hmp_migrate_incoming: ['migrate-incoming'],
  hmp_migrate_recover: ['migrate-recover'],
  hmp_migrate_pause: ['migrate-pause'],
  hmp_migrate_start_postcopy: ['migrate-start-postcopy'],
  hmp_x_colo_lost_heartbeat: ['x-colo-lost-heartbeat'],
  hmp_client_migrate_info: ['client_migrate_info'],
  hmp_calc_dirty_rate: OURS, // each release measures in more ways
  hmp_set_vcpu_dirty_limit: ['set-vcpu-dirty-limit'],
  hmp_cancel_vcpu_dirty_limit: ['cancel-vcpu-dirty-limit'],

  hmp_getfd: OURS, // a descriptor would come with the request
  hmp_closefd: ['closefd'],
  hmp_set_password: OURS, // passwords of displays that ours does not have
  hmp_expire_password: OURS,
  hmp_wavcapture: OURS,
  hmp_stopcapture: OURS,
  hmp_pcie_aer_inject_error: OURS, // our ports record none

  hmp_log: ['x-log', 'x-query-log'],
  hmp_logfile: ['x-logfile'],
  hmp_trace_event: ['trace-event-set-state'],
  hmp_info_trace_events: ['trace-event-get-state'],
  hmp_symbols: ['x-symbols-load', 'x-query-symbols'],
  hmp_ioport_read: ['x-read-port', 'x-write-port'],
  hmp_ioport_write: ['x-write-port'],
  hmp_nmi: ['inject-nmi'],
  hmp_boot_set: ['x-boot-set'],
  hmp_gdbserver: ['x-gdbserver'],
  hmp_exit_preconfig: ['x-exit-preconfig'],
  hmp_one_insn_per_tb: ['x-one-insn-per-tb'],

  hmp_sendkey: ['send-key', 'query-qmp-schema'],
  hmp_mouse_move: ['x-mouse-move'],
  hmp_mouse_button: ['x-mouse-button'],
  hmp_mouse_set: ['x-mouse-set'],
  hmp_info_mice: ['query-mice'],
  hmp_screendump: ['screendump'],

  hmp_device_add: ['device_add', 'x-query-device-help'],
  hmp_device_del: ['device_del'],
  hmp_info_qdm: ['x-query-device-help'],
  hmp_netdev_add: ['x-netdev-add'],
  hmp_netdev_del: ['netdev_del'],
  hmp_announce_self: OURS, // QEMU takes its timing from the migration parameters
  hmp_set_link: ['set_link'],
  hmp_hostfwd_add: ['x-hostfwd-add'],
  hmp_hostfwd_remove: ['x-hostfwd-remove'],

  hmp_info_block: ['query-block', 'query-named-block-nodes'],
  hmp_info_blockstats: ['query-blockstats'],
  hmp_info_block_jobs: ['query-block-jobs'],
  hmp_info_snapshots: OURS, // raw images alone, which hold none
  hmp_savevm: OURS,
  hmp_loadvm: OURS,
  hmp_delvm: OURS,
  hmp_commit: ['query-block', 'x-commit'],
  hmp_qemu_io: ['x-qemu-io'],
  hmp_eject: ['eject'],
  hmp_change: OURS, // the warning about formats is that of raw images
  hmp_block_resize: ['block_resize'],
  hmp_block_set_io_throttle: ['block_set_io_throttle'],
  hmp_drive_add: ['x-drive-add', 'blockdev-add'],
  hmp_drive_del: ['x-drive-del', 'query-named-block-nodes', 'blockdev-del'],

  hmp_block_stream: ['block-stream'],
  hmp_block_job_set_speed: ['block-job-set-speed'],
  hmp_block_job_cancel: ['block-job-cancel'],
  hmp_block_job_complete: ['block-job-complete'],
  hmp_block_job_pause: ['block-job-pause'],
  hmp_block_job_resume: ['block-job-resume'],
  hmp_drive_mirror: ['drive-mirror'],
  hmp_drive_backup: ['drive-backup'],
  hmp_snapshot_blkdev: ['blockdev-snapshot-sync'],
  hmp_snapshot_blkdev_internal: ['blockdev-snapshot-internal-sync'],
  hmp_snapshot_delete_blkdev_internal: ['blockdev-snapshot-delete-internal-sync'],
  hmp_nbd_server_start: ['nbd-server-start', 'nbd-server-add', 'nbd-server-stop', 'query-block'],
  hmp_nbd_server_add: ['nbd-server-add'],
  hmp_nbd_server_remove: ['nbd-server-remove'],
  hmp_nbd_server_stop: ['nbd-server-stop'],

  hmp_info_chardev: ['query-chardev'],
  hmp_chardev_add: ['x-chardev-add', 'query-chardev-backends'],
  hmp_chardev_change: ['x-chardev-change'],
  hmp_chardev_remove: ['chardev-remove'],
  hmp_chardev_send_break: ['chardev-send-break'],
  hmp_ringbuf_write: ['ringbuf-write'],
  hmp_ringbuf_read: ['ringbuf-read'],

  hmp_object_add: ['x-object-add', 'x-query-object-help'],
  hmp_object_del: ['object-del'],
  hmp_qom_list: ['qom-list'],
  hmp_qom_get: ['qom-get'],
  hmp_qom_set: OURS, // sizes with units, words of enumerations: QEMU reads them by the property
  hmp_info_qom_tree: ['qom-list', 'qom-get'],

  hmp_virtio_query: ['x-query-virtio'],
  hmp_virtio_status: ['x-query-virtio-status'],
  hmp_virtio_queue_status: ['x-query-virtio-queue-status'],
  hmp_vhost_queue_status: ['x-query-virtio-vhost-queue-status'],
  hmp_virtio_queue_element: ['x-query-virtio-queue-element'],
} as const satisfies Needs & Readonly<Record<string, readonly (Need | 'ours')[]>>;

import type { Completers, Handlers } from '../../src/monitor/types.ts';
import { infoVnc } from '../display/info-vnc.ts';
import { infoDirtyRate, infoVcpuDirtyLimit } from '../machine/dirty-rate.ts';
import {
  completeMigrateCapability,
  completeMigrateParameter,
  infoMigrate,
  infoMigrateCapabilities,
  infoMigrateParameters,
  migrateSetCapability,
  migrateSetParameter,
} from '../machine/migration.ts';
import * as observers from '../machine/observers.ts';
import * as resources from '../machine/resources.ts';
import { dumpGuestMemory, infoDump } from '../memory/dump-guest-memory.ts';
import { gpa2hpa, gpa2hva } from '../memory/host-address.ts';
import { infoMem } from '../memory/info-mem.ts';
import { dumpdtb, memsave, pmemsave } from '../memory/save.ts';
import * as rocker from '../net/rocker.ts';
import { symbols } from '../symbols/symbols.ts';
import * as log from './log.ts';
import * as debug from './machine-debug.ts';

/** The machine's resources, its memory as files, and what one debugs it with. */
export const debugHandlers: Handlers = {
  hmp_info_mem: infoMem,
  hmp_gpa2hva: gpa2hva,
  hmp_gpa2hpa: gpa2hpa,
  hmp_memsave: memsave,
  hmp_pmemsave: pmemsave,
  hmp_dumpdtb: dumpdtb,
  hmp_dump_guest_memory: dumpGuestMemory,
  hmp_info_dump: infoDump,

  hmp_info_memdev: resources.infoMemdev,
  hmp_info_memory_devices: resources.infoMemoryDevices,
  hmp_info_memory_size_summary: resources.infoMemorySizeSummary,
  hmp_hotpluggable_cpus: resources.infoHotpluggableCpus,
  hmp_info_iothreads: resources.infoIothreads,
  hmp_info_kvm: resources.infoKvm,
  hmp_info_accelerators: resources.infoAccelerators,

  hmp_info_replay: observers.infoReplay,
  hmp_replay_break: observers.replayBreak,
  hmp_replay_delete_break: observers.replayDeleteBreak,
  hmp_replay_seek: observers.replaySeek,
  hmp_info_dirty_rate: infoDirtyRate,
  hmp_info_vcpu_dirty_limit: infoVcpuDirtyLimit,
  hmp_info_stats: observers.infoStats,
  hmp_info_cryptodev: observers.infoCryptodev,
  hmp_info_tpm: observers.infoTpm,
  hmp_rocker: rocker.infoRocker,
  hmp_rocker_ports: rocker.infoRockerPorts,
  hmp_rocker_of_dpa_flows: rocker.infoRockerFlows,
  hmp_rocker_of_dpa_groups: rocker.infoRockerGroups,
  hmp_info_vnc: infoVnc,
  hmp_info_vm_generation_id: observers.infoVmGenerationId,
  hmp_info_firmware_log: observers.infoFirmwareLog,
  hmp_info_capture: observers.infoCapture,
  hmp_info_sync_profile: observers.infoSyncProfile,
  hmp_sync_profile: observers.syncProfile,

  hmp_info_migrate: infoMigrate,
  hmp_info_migrate_capabilities: infoMigrateCapabilities,
  hmp_info_migrate_parameters: infoMigrateParameters,
  hmp_migrate_set_capability: migrateSetCapability,
  hmp_migrate_set_parameter: migrateSetParameter,

  hmp_log: log.log,
  hmp_logfile: log.logfile,
  hmp_trace_event: log.traceEvent,
  hmp_info_trace_events: log.infoTraceEvents,

  hmp_symbols: symbols,

  hmp_ioport_read: debug.portRead,
  hmp_ioport_write: debug.portWrite,
  hmp_nmi: debug.nmi,
  hmp_boot_set: debug.bootSet,
  hmp_gdbserver: debug.gdbserver,
  hmp_exit_preconfig: debug.exitPreconfig,
  hmp_one_insn_per_tb: debug.oneInsnPerTb,
};

export const debugCompleters: Completers = {
  gdbserver_completion: debug.completeGdbserver,
  log_completion: log.completeLog,
  trace_event_completion: log.completeTraceEvent,
  info_trace_events_completion: log.completeInfoTraceEvents,
  on_off_completion: debug.completeOnOff,
  stats_completion: observers.completeStats,
  sync_profile_completion: observers.completeSyncProfile,
  migrate_set_capability_completion: completeMigrateCapability,
  migrate_set_parameter_completion: completeMigrateParameter,
};

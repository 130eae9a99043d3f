export {
  type Disassembly,
  disassemble,
  EXTENSIONS,
  type Extension,
  type ExtensionRow,
  extensions,
  LATEST_PRIVILEGED,
  type PrivilegedVersion,
  WITHOUT_BY_DEFAULT,
} from '../isa/index.ts';
export type { BlockSizes } from './cache-blocks.ts';
export { Engine, type EngineOptions, engineMemorySize, NOBODY } from './engine.ts';
export { Hart } from './hart.ts';
export type { ExitReason } from './layout.ts';
export type {
  CpuBus,
  DeviceAccess,
  HartEnvironment,
  HartIdentity,
  HartObserver,
  InterruptLine,
  MessageFile,
  MessageFiles,
  Privilege,
  SatpMode,
} from './types.ts';

export {
  type Disassembly,
  disassemble,
  EXTENSIONS,
  type Extension,
  extensions,
  WITHOUT_BY_DEFAULT,
} from '../isa/index.ts';
export type { BlockSizes } from './cache-blocks.ts';
export { Engine, type EngineOptions, engineMemorySize } from './engine.ts';
export { Hart } from './hart.ts';
export type { ExitReason } from './layout.ts';
export type {
  CpuBus,
  DeviceAccess,
  HartEnvironment,
  HartObserver,
  InterruptLine,
  MessageFile,
  MessageFiles,
  Privilege,
  SatpMode,
} from './types.ts';

export { type Disassembly, disassemble, type Extension, extensions, isaString } from '../isa/index.ts';
export { Engine, type EngineOptions, engineMemorySize } from './engine.ts';
export { Hart } from './hart.ts';
export type { ExitReason } from './layout.ts';
export type { CpuBus, HartEnvironment, HartObserver, InterruptLine, Privilege, SatpMode } from './types.ts';

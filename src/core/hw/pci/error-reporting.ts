import type { ConfigSpace } from './config-space.ts';
import { EXT_CAP } from './registers.ts';

/** Registers of advanced error reporting (PCI Express 3.0, 7.10), from the capability's start. */
const ERRORS = {
  uncorrectableMask: 0x08,
  uncorrectableSeverity: 0x0c,
  correctableMask: 0x14,
  control: 0x18,
  rootCommand: 0x2c,
} as const;

const VERSION = 2;
const UNCORRECTABLE = 0x007f_f030;
const FATAL_BY_DEFAULT = 0x0046_2030;
const CORRECTABLE = 0xf1c1;
const MASKED_BY_DEFAULT = 0xe000;
/** Checksums can be made and checked, several headers recorded. */
const CAPABLE = 0x2a0;
const CHECKSUM_ENABLE = 0x140;
const ROOT_COMMAND = 7;

/** Adds advanced error reporting: errors do not happen here, so nothing is ever recorded. */
export function addErrorReporting(config: ConfigSpace, at: number): void {
  config.addExtendedCapability(EXT_CAP.errors, VERSION, at, 0);
  config.set32(at + ERRORS.uncorrectableMask, 0, UNCORRECTABLE);
  config.set32(at + ERRORS.uncorrectableSeverity, 0, UNCORRECTABLE);
  config.set32(at + ERRORS.correctableMask, 0, CORRECTABLE);
  config.set32(at + ERRORS.control, 0, CHECKSUM_ENABLE);
  config.set32(at + ERRORS.rootCommand, 0, ROOT_COMMAND);
  resetErrorReporting(config, at);
}

export function resetErrorReporting(config: ConfigSpace, at: number): void {
  config.set32(at + ERRORS.uncorrectableMask, 0);
  config.set32(at + ERRORS.uncorrectableSeverity, FATAL_BY_DEFAULT);
  config.set32(at + ERRORS.correctableMask, MASKED_BY_DEFAULT);
  config.set32(at + ERRORS.control, CAPABLE);
  config.set32(at + ERRORS.rootCommand, 0);
}

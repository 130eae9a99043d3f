import type { ConfigSpace } from './config-space.ts';
import { CAP } from './registers.ts';

/** Registers of the capability (PCI Express 3.0, 7.8), from its start. */
export const EXPRESS = {
  flags: 0x02,
  deviceCapabilities: 0x04,
  deviceControl: 0x08,
  linkCapabilities: 0x0c,
  linkControl: 0x10,
  linkStatus: 0x12,
  slotCapabilities: 0x14,
  slotControl: 0x18,
  slotStatus: 0x1a,
  rootControl: 0x1c,
  deviceCapabilities2: 0x24,
  deviceControl2: 0x28,
  linkCapabilities2: 0x2c,
  linkControl2: 0x30,
} as const;

const LENGTH = 0x3c;
const VERSION = 2;
export const TYPE_ENDPOINT = 0;
export const TYPE_ROOT_PORT = 4;
const TYPE_SHIFT = 4;

const ROLE_BASED_ERRORS = 0x8000;
const EXTENDED_TAG = 0x20;
const FUNCTION_RESET_CAPABLE = 0x1000_0000;
const ERROR_REPORTING = 0xf; // of device control
const EXTENDED_TAG_ENABLE = 0x100;
export const FUNCTION_RESET = 0x8000;

const LINK_2_5_GT = 1;
const LINK_X1 = 1 << 4;
const LINK_L0S = 0x400;
const LINK_CONTROL_WRITABLE = 0xc0; // common clock, extended synch

/** End-to-end prefixes are understood, four of them. */
const PREFIXES = 0x30_0000;
const PREFIX_BLOCKING = 0x8000;

interface ExpressOptions {
  readonly type: number;
  /** Whether the driver may reset the function by itself. */
  readonly functionReset?: boolean;
  readonly extendedTag: boolean;
  readonly linkControl: boolean;
}

/** Adds the PCI Express capability of a function with a link of one lane; returns its place. */
export function addExpress(config: ConfigSpace, options: ExpressOptions): number {
  const at = config.addCapability(CAP.express, LENGTH);
  const tag = options.extendedTag;
  config.set16(at + EXPRESS.flags, VERSION | (options.type << TYPE_SHIFT));
  config.set32(
    at + EXPRESS.deviceCapabilities,
    ROLE_BASED_ERRORS | (tag ? EXTENDED_TAG : 0) | (options.functionReset ? FUNCTION_RESET_CAPABLE : 0),
  );
  const control = tag ? EXTENDED_TAG_ENABLE : 0;
  config.set16(
    at + EXPRESS.deviceControl,
    control,
    ERROR_REPORTING | control | (options.functionReset ? FUNCTION_RESET : 0),
  );
  config.set32(at + EXPRESS.linkCapabilities, LINK_2_5_GT | LINK_X1 | LINK_L0S);
  config.set16(at + EXPRESS.linkControl, 0, options.linkControl ? LINK_CONTROL_WRITABLE : 0);
  config.set16(at + EXPRESS.linkStatus, LINK_2_5_GT | LINK_X1);
  config.set32(at + EXPRESS.deviceCapabilities2, PREFIXES);
  config.set16(at + EXPRESS.deviceControl2, 0, PREFIX_BLOCKING);
  return at;
}

/** Control registers go back to what they are at power-on. */
export function resetExpress(config: ConfigSpace, at: number): void {
  const tag = (config.u32(at + EXPRESS.deviceCapabilities) & EXTENDED_TAG) !== 0;
  config.set16(at + EXPRESS.deviceControl, tag ? EXTENDED_TAG_ENABLE : 0);
  config.set16(at + EXPRESS.linkControl, 0);
  config.set16(at + EXPRESS.deviceControl2, 0);
}

const POWER_LENGTH = 8;
const POWER_CAPABILITIES = 2;
const POWER_CONTROL = 4;
const POWER_VERSION = 3;
const POWER_STATE = 3;

/** Adds the power management capability (PCI Power Management 1.2): states are kept, none has an effect. */
export function addPowerManagement(config: ConfigSpace): number {
  const at = config.addCapability(CAP.power, POWER_LENGTH);
  config.set16(at + POWER_CAPABILITIES, POWER_VERSION);
  config.set16(at + POWER_CONTROL, 0, POWER_STATE);
  return at;
}

export function resetPower(config: ConfigSpace, at: number): void {
  config.set16(at + POWER_CONTROL, 0);
}

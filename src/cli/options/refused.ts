import { UsageError } from '../errors.ts';

/** An option of QEMU's that this program does not have. */
interface Refusal {
  readonly hasArgument: boolean;
  readonly reason: string;
}

const OTHER_TARGETS = 'Option not supported for this target';
const refusals = (reason: string, ...names: string[]): [string, Refusal][] =>
  names.map(name => [name.replace(' ARG', ''), { hasArgument: name.endsWith(' ARG'), reason }]);

/** QEMU's options that cannot be honoured, and why; those of other targets are refused as QEMU refuses them. */
const REFUSED: ReadonlyMap<string, Refusal> = new Map([
  ...refusals(
    OTHER_TARGETS,
    'acpitable ARG',
    'smbios ARG',
    'no-acpi',
    'no-hpet',
    'no-fd-bootchk',
    'win2k-hack',
  ),
  ...refusals(OTHER_TARGETS, 'g ARG', 'prom-env ARG', 'old-param', 'xen-domid ARG', 'xen-attach'),
  ...refusals(OTHER_TARGETS, 'xen-domid-restrict'),
  ...refusals('there is no display server: the display can be seen with screendump', 'vnc ARG', 'spice ARG'),
  ...refusals('there is no window that could be turned or enlarged', 'portrait', 'rotate ARG', 'full-screen'),
  ...refusals('machine type does not support if=floppy,bus=0,unit=0', 'fda ARG'),
  ...refusals('machine type does not support if=floppy,bus=0,unit=1', 'fdb ARG'),
  ...refusals('machine type does not support if=sd,bus=0,unit=0', 'sd ARG'),
  ...refusals('machine type does not support if=mtd,bus=0,unit=0', 'mtdblock ARG'),
  ...refusals('memory of the machine cannot be a file: its threads share it', 'mem-path ARG'),
  ...refusals('nodes of memory are not supported', 'numa ARG'),
  ...refusals("there is no keyboard with a layout: sendkey takes QEMU's names of keys", 'k ARG'),
  ...refusals('chroot failed: not supported by this program', 'chroot ARG'),
  ...refusals('async-teardown is not supported by this program', 'async-teardown'),
  ...refusals('there is no environment variable of ours for sound', 'audio-help'),
  ...refusals('time that is counted in instructions is not supported', 'icount ARG'),
  ...refusals('semihosting is not supported', 'semihosting', 'semihosting-config ARG'),
  ...refusals('raw images hold no snapshots', 'loadvm ARG'),
  ...refusals('migration is not supported', 'incoming ARG', 'only-migratable', 'dump-vmstate ARG'),
  ...refusals('this machine has no TPM', 'tpmdev ARG'),
  ...refusals('this machine has no USB', 'usb', 'usbdevice ARG'),
  ...refusals('this machine has no ISA bus', 'debugcon ARG'),
  ...refusals('iSCSI is not supported', 'iscsi ARG'),
  ...refusals('option ROMs are not supported', 'option-rom ARG'),
  ...refusals('plugins are not supported', 'plugin ARG'),
  ...refusals('a gdb stub is not supported', 'gdb ARG', 's'),
  ...refusals('a policy for deprecated interfaces is not supported', 'compat ARG'),
  ...refusals('one instruction at a time is not supported', 'singlestep'),
  ...refusals('filters of the log by address are not supported', 'dfilter ARG'),
  ...refusals("the guest's random numbers cannot be made to repeat", 'seed ARG'),
  ...refusals('locks of the program are not profiled', 'enable-sync-profile'),
]);

/** Why there is no such option, for one of QEMU's; undefined for names that mean nothing. */
export function refusedOption(word: string, next: string | undefined): UsageError | undefined {
  const refusal = REFUSED.get(word.replace(/^--?/, ''));
  if (!refusal) return undefined;
  if (!refusal.hasArgument) return new UsageError(refusal.reason, word);
  if (next === undefined) return new UsageError('requires an argument', word);
  return new UsageError(refusal.reason, `${word} ${next}`);
}

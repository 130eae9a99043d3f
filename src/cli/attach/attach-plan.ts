import { type AttachAddress, parseAddress } from '../../host/attach/address.ts';
import type { GivenOption } from '../argv.ts';
import { UsageError } from '../errors.ts';

/** What `-attach` asks for. */
export interface AttachPlan {
  readonly address: AttachAddress;
  /** The socket of the guest's serial port, from `-serial`. */
  readonly serial: AttachAddress | null;
}

/** Options that say how the monitor is used; all others describe a machine of our own. */
const OF_THE_MONITOR = ['attach', 'serial', 'c', 'f', 'e', 'o', 'hx', 'handlers', 'h', 'help', 'version'];
/** Taken by the plan; the rest of the command line is read as without it. */
const TAKEN = ['attach', 'serial'];

const FORMS = 'unix:PATH, tcp:HOST:PORT, ssh://[USER@]HOST[:PORT]/PATH or exec:COMMAND';

/** Reads `-attach` and its `-serial`; null without the first. @throws UsageError, also for options of a machine */
export function attachPlan(given: readonly GivenOption[]): AttachPlan | null {
  const last = (name: string) => given.findLast(({ option }) => option.name === name)?.argument;
  const target = last('attach');
  if (target === undefined) return null;
  const stranger = given.find(({ option }) => !OF_THE_MONITOR.includes(option.name));
  if (stranger) {
    throw new UsageError(
      `-${stranger.option.name}: with -attach the machine is another program's, and this option cannot change it`,
    );
  }
  const address = parseAddress(target);
  if (!address) throw new UsageError(`-attach ${target}: expected ${FORMS}`);
  return { address, serial: serialAddress(last('serial')) };
}

/** The options that are left for everything else. */
export function withoutAttach(given: readonly GivenOption[]): GivenOption[] {
  return given.filter(({ option }) => !TAKEN.includes(option.name));
}

function serialAddress(text: string | undefined): AttachAddress | null {
  if (text === undefined || text === 'none') return null;
  const address = parseAddress(text);
  if (address?.kind === 'unix' || address?.kind === 'tcp') return address;
  throw new UsageError(
    `-serial ${text}: with -attach expected unix:PATH or tcp:HOST:PORT, a socket of the VM`,
  );
}

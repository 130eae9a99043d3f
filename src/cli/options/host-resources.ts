import { booleanOf } from '../../qapi/text-values.ts';
import { UsageError } from '../errors.ts';
import type { GivenOptions } from '../given-options.ts';

/** Refuses what the host cannot be asked for from here, in the words that QEMU has where it cannot. @throws UsageError */
export function checkHostResources(given: GivenOptions): void {
  given.map('sandbox', ({ enable = 'off' }) => {
    if (booleanOf('enable', enable)) throw new UsageError('-sandbox support is not enabled in this program');
  });
  const { 'mem-lock': lock = 'off', 'cpu-pm': power = 'off' } = given.merged('overcommit');
  if (booleanOf('mem-lock', lock)) throw new UsageError('locking memory failed');
  if (booleanOf('cpu-pm', power))
    throw new UsageError('-overcommit cpu-pm=on: harts run as a program, not on a processor');
  if (given.has('enable-kvm')) throw new UsageError('invalid accelerator kvm');
}

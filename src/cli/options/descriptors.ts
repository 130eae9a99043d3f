import type { FdSetEntry } from '../../core/config.ts';
import { inheritedDescriptors } from '../../host/descriptors.ts';
import { UsageError } from '../errors.ts';
import type { GivenOptions } from '../given-options.ts';

/** `-add-fd`: descriptors that the program inherited, under the names `/dev/fdset/N`. @throws UsageError in QEMU's words */
export function fdSets(given: GivenOptions): FdSetEntry[] {
  // the command line is read before this program opens anything of its own; most starts need not look
  const inherited = given.has('add-fd') ? inheritedDescriptors() : [];
  return given.map('add-fd', ({ fd: text = '-1', set: setText = '-1', opaque }) => {
    const [fd, set] = [Number(text), Number(setText)];
    if (fd < 0) throw new UsageError('fd option is required and must be non-negative');
    if (fd <= 2) throw new UsageError('fd cannot be a standard I/O stream');
    if (!inherited.includes(fd)) throw new UsageError('fd is not valid or already in use');
    if (set < 0) throw new UsageError('set option is required and must be non-negative');
    return { set, fd, opaque: opaque ?? null };
  });
}

import type { Host } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import type { Drive } from '../block/drive.ts';
import type { DriveTable } from '../block/drive-table.ts';
import { TestedImage } from '../block/image-tester/image.ts';
import { ImageTester } from '../block/image-tester/image-tester.ts';
import { resize } from './block-media.ts';
import type { CommandHandlers } from './handlers.ts';

interface TesterParts {
  readonly drives: DriveTable;
  readonly host: Pick<Host, 'now' | 'sleep' | 'openBlockFile'>;
  /** @throws QmpError for a name or path that no device has */
  findDevice(name: string): unknown;
}

/** `x-qemu-io`: the image tester, one for the whole machine. */
export function blockTesterHandlers({ drives, host, findDevice }: TesterParts): CommandHandlers {
  const tester = new ImageTester({
    now: () => host.now(),
    sleep: (ms, callback) => host.sleep(ms, callback),
    openBlockFile: (path, options) => host.openBlockFile(path, options),
    resize: (node, size) => resize(drives, node, size),
  });
  const driveOf = (name: string): Drive => {
    const drive = drives.ofDevice(name);
    if (drive) return drive;
    findDevice(name);
    throw new QmpError('Device does not have a block device backend');
  };
  return {
    'x-qemu-io': async ({ device, qdev = false, command }) => {
      const which = qdev ? driveOf(device) : (drives.get(device) ?? drives.findNode({ 'node-name': device }));
      const { text, failed } = await tester.run(new TestedImage(which), command);
      return { 'human-readable-text': text, failed };
    },
  };
}

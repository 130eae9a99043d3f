import type { Host } from '../../host/types.ts';
import type { DriveTable } from '../block/drive-table.ts';
import { TestedImage } from '../block/image-tester/image.ts';
import { ImageTester } from '../block/image-tester/image-tester.ts';
import { resize } from './block-media.ts';
import type { DriveOfDevice } from './device-drives.ts';
import type { CommandHandlers } from './handlers.ts';

interface TesterParts {
  readonly drives: DriveTable;
  readonly host: Pick<Host, 'now' | 'sleep' | 'openBlockFile'>;
  readonly driveOf: DriveOfDevice;
}

/** `x-qemu-io`: the image tester, one for the whole machine. */
export function blockTesterHandlers({ drives, host, driveOf }: TesterParts): CommandHandlers {
  const tester = new ImageTester({
    now: () => host.now(),
    sleep: (ms, callback) => host.sleep(ms, callback),
    openBlockFile: (path, options) => host.openBlockFile(path, options),
    resize: (node, size) => resize(drives, node, size),
  });
  return {
    'x-qemu-io': async ({ device, qdev = false, command }) => {
      const which = qdev ? driveOf(device) : (drives.get(device) ?? drives.findNode({ 'node-name': device }));
      const { text, failed } = await tester.run(new TestedImage(which), command);
      return { 'human-readable-text': text, failed };
    },
  };
}

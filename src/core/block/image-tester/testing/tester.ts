import type { BlockFile } from '../../../../host/types.ts';
import { FakeHost } from '../../../hw/virtio/testing/rig.ts';
import type { DriveTable } from '../../drive-table.ts';
import { ByteDisk } from '../../testing/byte-disk.ts';
import { drivesWith } from '../../testing/drives.ts';
import { TestedImage } from '../image.ts';
import { ImageTester } from '../image-tester.ts';

/** A millisecond passes whenever somebody looks; who sleeps wakes at once. */
export function testerOn(table: DriveTable, openBlockFile = async (): Promise<BlockFile> => new ByteDisk()) {
  let time = 0;
  const slept: number[] = [];
  const tester = new ImageTester({
    now: () => (time += 1e6),
    sleep: (ms, callback) => {
      slept.push(ms);
      const timer = setTimeout(callback, 0);
      return () => clearTimeout(timer);
    },
    openBlockFile,
    resize: (node, size) => node.resize(Number(size)),
  });
  const drive = table.all()[0]!;
  const image = new TestedImage(drive);
  const ask = async (line: string) => (await tester.run(image, line)).text;
  return { tester, drive, image, ask, slept };
}

/** The tester on a drive whose image is in memory. */
export function testerOnBytes(bytes = new Uint8Array(1 << 20), options = {}) {
  const disk = new ByteDisk(bytes);
  return { disk, ...testerOn(drivesWith(new FakeHost(), disk, options)) };
}

import { humanSize } from '../../src/monitor/format.ts';
import type { BlockLimitsInfo, ImageInfo } from '../../src/qapi/generated/types.ts';

const LIMITS: readonly (readonly [label: string, member: keyof BlockLimitsInfo])[] = [
  ['request alignment', 'request-alignment'],
  ['max discard', 'max-discard'],
  ['discard alignment', 'discard-alignment'],
  ['max write zeroes', 'max-write-zeroes'],
  ['write zeroes alignment', 'write-zeroes-alignment'],
  ['opt transfer', 'opt-transfer'],
  ['max transfer', 'max-transfer'],
  ['max hw transfer', 'max-hw-transfer'],
  ['min mem alignment', 'min-mem-alignment'],
  ['opt mem alignment', 'opt-mem-alignment'],
  ['max iov', 'max-iov'],
  ['max hw iov', 'max-hw-iov'],
];

function formatLimits(limits: BlockLimitsInfo): string {
  const lines = LIMITS.flatMap(([label, member]) => {
    const value = limits[member];
    return value === undefined ? [] : [`    ${label}: ${value}\n`];
  });
  return `Block limits:\n${lines.join('')}`;
}

function formatOne(image: ImageInfo): string {
  const { filename, format, limits } = image;
  const size = image['virtual-size'];
  const onDisk = image['actual-size'];
  const cluster = image['cluster-size'];
  const backing = image['backing-filename'];
  return [
    `image: ${filename}\n`,
    `file format: ${format}\n`,
    `virtual size: ${humanSize(size)} (${size} bytes)\n`,
    `disk size: ${onDisk === undefined ? 'unavailable' : humanSize(onDisk)}\n`,
    image.encrypted ? 'encrypted: yes\n' : '',
    cluster === undefined ? '' : `cluster_size: ${cluster}\n`,
    image['dirty-flag'] ? 'cleanly shut down: no\n' : '',
    backing === undefined ? '' : `backing file: ${backing}\n`,
    limits ? formatLimits(limits) : '',
  ].join('');
}

/** The image and the chain of those that back it, a blank line between them. */
export function formatImages(image: ImageInfo): string {
  const chain: string[] = [];
  for (let next: ImageInfo | undefined = image; next; next = next['backing-image'])
    chain.push(formatOne(next));
  return chain.join('\n');
}

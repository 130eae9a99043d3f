/** Where our answers to the captured lines must differ from QEMU's, why, and what is compared all the same. */
import { physicalAddressesAreTold } from './physical-addresses.ts';
import { shapeOf } from './shape.ts';

export interface Exception {
  readonly reason: string;
  /** What of QEMU's answer our machine must give too. */
  readonly theirs?: (answer: string) => string;
  /** What of ours is compared with it; all of it unless told. */
  readonly ours?: (answer: string) => string;
}

const without = (pattern: RegExp) => (answer: string) =>
  answer
    .split('\n')
    .filter(line => !pattern.test(line))
    .join('\n');

const compose =
  (...steps: ((text: string) => string)[]) =>
  (text: string) =>
    steps.reduce((done, step) => step(done), text);

const NODE_NUMBER = (text: string) => text.replace(/#block\d+/, '#block').trimEnd();
const MONITOR_CHARDEV = without(/^compat_monitor0: /);
/** An element without its descriptors. */
const ELEMENT = compose(without(/^ {8}addr /), shapeOf);

/** What does not depend on the guest: the lines that name a value, and what the device offers. */
function statusWithoutGuest(answer: string): string {
  const labels = answer.split('\n').filter(line => /^\S| {2}\w+:/.test(line));
  const offered = /Host features:\n([\s\S]*?) {2}Backend/.exec(answer)?.[1] ?? '';
  return shapeOf(`${labels.join('\n')}\n${offered}`).replace(/(vm_running: +)\w+/, '$1');
}

const OUR_GUEST = 'our guest negotiates features of its own';
const OWN_WORDS = 'help texts are our own';

/** The head of a help line: names and parameters. */
const helpHead = (line: string) => line.replace(/--[\s\S]*/, '--');

/** `Host physical address for 0x80000000 (REGION)` without the rest. */
const withoutIs = (answer: string) => answer.replace(/ is .*/s, '');

/** The heading, and whether every line below it has the form of a range. */
const mappedShape = (answer: string) =>
  shapeOf(answer)
    .split('\n')
    .map(line => line.replace(/[r-][w-][x-][u-][g-][a-][d-]$/, '<A>'))
    .filter((line, index, lines) => line !== lines[index - 1])
    .join('\n');

/** The machine of bare-hmp.json: no device, nothing runs. */
export const BARE_EXCEPTIONS: Readonly<Record<string, Exception>> = {
  'info chardev': { reason: 'the monitor is no chardev', theirs: MONITOR_CHARDEV },
};

/** The machine of linux-hmp.json; its guest is Linux, ours the bundled one. */
export const LINUX_EXCEPTIONS: Readonly<Record<string, Exception>> = {
  'info block': {
    reason: 'nodes are numbered in their order, not at random',
    theirs: NODE_NUMBER,
    ours: NODE_NUMBER,
  },
  'info block -v': {
    reason: 'nodes are numbered in their order, not at random',
    theirs: NODE_NUMBER,
    ours: NODE_NUMBER,
  },
  'info chardev': {
    reason: 'the monitor is no chardev, and the serial port is a console pane',
    theirs: compose(MONITOR_CHARDEV, text => text.replace(/unix:.*/, 'vc')),
  },
  'info history': { reason: 'the capture was made by one-line monitors', theirs: () => '', ours: () => '' },
  'gpa2hpa 0x80000000': {
    reason: 'the host tells those who have the privileges',
    theirs: physicalAddressesAreTold ? withoutIs : () => '',
    ours: physicalAddressesAreTold ? withoutIs : () => '',
  },
  'info mem': { reason: 'another guest', theirs: mappedShape, ours: mappedShape },
  'info registers': {
    reason: 'another guest',
    theirs: shapeOf,
    ours: shapeOf,
  },
  'info roms': {
    reason: 'our guest, no initrd',
    theirs: compose(without(/Image|initrd/), shapeOf),
    ours: compose(without(/guest\.elf /), shapeOf),
  },
  'info virtio-queue-element /machine/peripheral/net0 0': {
    reason: 'our guest has given its receive buffers',
    theirs: ELEMENT,
    ours: ELEMENT,
  },
  'info virtio-queue-element /machine/peripheral/net0 0 5': {
    reason: 'our guest has given its receive buffers',
    theirs: ELEMENT,
    ours: ELEMENT,
  },
  ...Object.fromEntries(
    ['blk0', 'net0', 'rng0', 'bal0'].map(id => [
      `info virtio-status /machine/peripheral/${id}`,
      { reason: OUR_GUEST, theirs: statusWithoutGuest, ours: statusWithoutGuest },
    ]),
  ),
  'help info virtio': { reason: OWN_WORDS, theirs: helpHead, ours: helpHead },
  'help cont': { reason: OWN_WORDS, theirs: helpHead, ours: helpHead },
  ...Object.fromEntries(
    ['x /4i $pc', 'p $pc', 'gva2gpa $pc'].map(line => [
      line,
      { reason: '$pc names the program counter here', theirs: () => '', ours: () => '' },
    ]),
  ),
};

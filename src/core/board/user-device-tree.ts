import { type BootImage, ConfigError } from '../config.ts';
import { cells64, type FdtHeader, type FdtNode, type FdtValue, writeFdt } from './fdt.ts';
import { type ParsedNode, readFdt, readFdtHeader } from './fdt-reader.ts';

/** What only the machine knows of the boot. */
export interface BootFacts {
  /** Nothing is set if it is empty. */
  readonly bootargs: string;
  readonly initrd: { readonly start: number; readonly end: number } | null;
}

type Entropy = (length: number) => Uint8Array;

/**
 * The user's device tree, with the kernel's command line and ramdisk set in /chosen. Each call gives a blob of the same
 * length, whose seeds are new. @throws ConfigError when there is no such tree
 */
export function userDeviceTree(image: BootImage, facts: BootFacts, entropy: Entropy): () => Uint8Array {
  const { root, header } = parse(image);
  const chosen = chosenProperties(facts);
  if (Object.keys(chosen).length > 0 && !root.children.some(isChosen)) {
    throw new ConfigError(`-dtb ${image.name}: Couldn't find node /chosen: FDT_ERR_NOTFOUND`);
  }
  return () => {
    const children = root.children.map(node => toNode(node, entropy, isChosen(node) ? chosen : {}));
    return writeFdt({ ...toNode(root, entropy), children }, header);
  };
}

function parse({ name, data }: BootImage): { root: ParsedNode; header: FdtHeader } {
  try {
    return { root: readFdt(data), header: readFdtHeader(data) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const code = error.message === 'not a device tree blob' ? 'FDT_ERR_BADMAGIC' : 'FDT_ERR_TRUNCATED';
    throw new ConfigError(`-dtb ${name}: Unable to copy device tree into memory: ${code}`);
  }
}

function isChosen({ name }: ParsedNode): boolean {
  return name === 'chosen';
}

function chosenProperties({ bootargs, initrd }: BootFacts): Record<string, FdtValue> {
  return {
    ...(bootargs === '' ? {} : { bootargs }),
    ...(initrd && {
      'linux,initrd-start': cells64(initrd.start),
      'linux,initrd-end': cells64(initrd.end),
    }),
  };
}

/** A seed that a guest has seen is worth nothing: the blob's own ones are replaced, wherever they are. */
function toNode(node: ParsedNode, entropy: Entropy, extra: Record<string, FdtValue> = {}): FdtNode {
  const properties: Record<string, FdtValue> = { ...Object.fromEntries(node.properties), ...extra };
  const seed = node.properties.get('rng-seed');
  if (seed) properties['rng-seed'] = entropy(seed.length);
  return { name: node.name, properties, children: node.children.map(child => toNode(child, entropy)) };
}

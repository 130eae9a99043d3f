import type { FdtHeader } from './fdt.ts';

/** A node of a parsed blob; values are raw. */
export interface ParsedNode {
  readonly name: string;
  readonly properties: ReadonlyMap<string, Uint8Array>;
  readonly children: readonly ParsedNode[];
}

const MAGIC = 0xd00dfeed;
const BEGIN_NODE = 1;
const END_NODE = 2;
const PROP = 3;

/** Parses a flattened device tree. @throws RangeError when it is none or ends too early */
export function readFdt(blob: Uint8Array): ParsedNode {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  if (view.getUint32(0) !== MAGIC) throw new RangeError('not a device tree blob');
  const strings = view.getUint32(12);
  let at = view.getUint32(8);
  const text = (offset: number) => {
    const end = blob.indexOf(0, offset);
    if (end < 0) throw new RangeError('string without end in device tree blob');
    return new TextDecoder().decode(blob.subarray(offset, end));
  };
  const align = (offset: number) => (offset + 3) & ~3;

  const node = (): ParsedNode => {
    const name = text(at + 4);
    at = align(blob.indexOf(0, at + 4) + 1);
    const properties = new Map<string, Uint8Array>();
    const children: ParsedNode[] = [];
    for (;;) {
      const token = view.getUint32(at);
      if (token === PROP) {
        const length = view.getUint32(at + 4);
        properties.set(text(strings + view.getUint32(at + 8)), blob.subarray(at + 12, at + 12 + length));
        at = align(at + 12 + length);
      } else if (token === BEGIN_NODE) {
        children.push(node());
      } else {
        at += 4;
        if (token === END_NODE) return { name, properties, children };
      }
    }
  };
  return node();
}

/** What a blob holds beside its tree. @throws RangeError when it ends too early */
export function readFdtHeader(blob: Uint8Array): FdtHeader {
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  const start = view.getUint32(16);
  let end = start;
  while (view.getBigUint64(end) !== 0n || view.getBigUint64(end + 8) !== 0n) end += 16;
  return { reservations: blob.slice(start, end), bootHart: view.getUint32(28) };
}

/** The node at a path such as `/soc/serial@10000000`. */
export function findNode(root: ParsedNode, path: string): ParsedNode | undefined {
  const parts = path.split('/').filter(part => part !== '');
  return parts.reduce<ParsedNode | undefined>(
    (node, part) => node?.children.find(child => child.name === part),
    root,
  );
}

/** A property as text; several texts are joined by NUL in the blob and come as a list. */
export function texts(node: ParsedNode | undefined, property: string): string[] {
  const value = node?.properties.get(property);
  return value ? new TextDecoder().decode(value).replace(/\0$/, '').split('\0') : [];
}

/** A property as 32-bit cells. */
export function cells(node: ParsedNode | undefined, property: string): number[] {
  const value = node?.properties.get(property);
  if (!value) return [];
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength);
  return Array.from({ length: value.length >> 2 }, (_, index) => view.getUint32(4 * index));
}

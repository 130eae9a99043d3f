import type { BlockPermission, XDbgBlockGraph } from '../../qapi/generated/types.ts';
import type { Drive } from '../block/drive.ts';
import type { DriveTable } from '../block/drive-table.ts';
import type { BlockNode } from '../block/node.ts';

/** What others may do whatever a user does: nobody shares the right to write. */
const SHARED: readonly BlockPermission[] = ['resize', 'write-unchanged', 'consistent-read'];

/** Drives and nodes with numbers, and who uses whom. */
export function graphOf(drives: DriveTable): XDbgBlockGraph {
  const places: (Drive | BlockNode)[] = [...drives.all(), ...drives.graph.all()];
  const numberOf = (place: Drive | BlockNode) => BigInt(places.indexOf(place) + 1);
  const edge = (parent: Drive | BlockNode, child: BlockNode, name: string) => ({
    parent: numberOf(parent),
    child: numberOf(child),
    name,
    perm: permissions(child),
    'shared-perm': [...SHARED],
  });
  return {
    nodes: [
      ...drives.all().map(drive => place(numberOf(drive), 'block-backend' as const, drive.id)),
      ...drives.graph.all().map(node => place(numberOf(node), 'block-driver' as const, node.name)),
    ],
    edges: [
      ...drives.all().flatMap(drive => (drive.node ? [edge(drive, drive.node, 'root')] : [])),
      ...drives.graph.all().flatMap(node => (node.child ? [edge(node, node.child, 'file')] : [])),
      ...drives.graph.all().flatMap(node => (node.backing ? [edge(node, node.backing, 'backing')] : [])),
    ],
  };
}

function place<T extends string>(id: bigint, type: T, name: string) {
  return { id, type, name };
}

function permissions({ readOnly }: BlockNode): BlockPermission[] {
  return readOnly ? ['consistent-read'] : ['write', 'consistent-read'];
}

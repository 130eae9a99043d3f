import { GHashNames } from '../../qapi/ghash-order.ts';

/**
 * Names that were added in this order, in the order in which QEMU lists what a container holds: its properties are in
 * a hash table of GLib, and lists are made from the back. Scripts and captures that go by this order find it here too.
 */
export function listingOrder(added: Iterable<string>): string[] {
  const table = new GHashNames();
  for (const name of added) table.add(name);
  return table.names.reverse();
}

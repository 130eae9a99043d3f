import type { BlockFile, Host } from '../../../host/types.ts';
import type { OptionValues } from '../../config.ts';
import { Drive } from '../drive.ts';
import { parseDrive } from '../drive-options.ts';
import { DriveTable } from '../drive-table.ts';
import { BlockNode } from '../node.ts';

/** A table with one drive, `d0` unless told, whose image is the file of the test. */
export function drivesWith(host: Host, file: BlockFile | null, options: OptionValues = {}): DriveTable {
  const table = new DriveTable(host);
  const request = parseDrive(
    { if: 'none', id: 'd0', file: 'disk.raw', format: 'raw', ...options },
    { bus: 0, unit: 0 },
  );
  const { cache, readOnly } = request;
  const fileName = request.image?.file ?? '';
  const { graph } = table;
  if (!file) {
    table.add(new Drive(request, null, host));
    return table;
  }
  const child = graph.add(
    new BlockNode({ name: graph.nameFor(undefined), driver: 'file', fileName, readOnly, cache }, file),
  );
  table.add(new Drive(request, graph.addRaw(child, { readOnly, cache }), host));
  return table;
}

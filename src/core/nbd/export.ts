import type { DirtyBitmap } from '../block/dirty-bitmap.ts';
import type { BlockNode } from '../block/node.ts';
import type { ClientStream } from './client-stream.ts';
import { TRANSMISSION } from './protocol.ts';

export interface ExportSettings {
  /** Name among all exports, for QMP. */
  readonly id: string;
  /** Name that clients ask for. */
  readonly name: string;
  readonly description: string;
  readonly node: BlockNode;
  readonly writable: boolean;
  /** Whether every write is flushed. */
  readonly writeThrough: boolean;
  readonly bitmaps: readonly DirtyBitmap[];
}

/** An image that clients of NBD see. */
export class NbdExport {
  readonly settings: ExportSettings;
  /** Who has it. */
  readonly clients = new Set<ClientStream>();

  constructor(settings: ExportSettings) {
    this.settings = settings;
  }

  /** What it can do, as clients are told. */
  flags(structured: boolean): number {
    const { hasFlags, flush, fua, cache, readOnly, trim, writeZeroes, multiConnection } = TRANSMISSION;
    const common = hasFlags | flush | fua | cache | multiConnection;
    const access = this.settings.writable ? trim | writeZeroes : readOnly;
    return common | access | (structured ? TRANSMISSION.dontFragment : 0);
  }
}

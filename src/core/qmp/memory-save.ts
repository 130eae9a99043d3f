import type { Host } from '../../host/types.ts';
import { QmpError } from '../../qapi/errors.ts';
import type { Board } from '../board/board.ts';
import { NotMemoryError, physicalPieces, virtualPieces } from '../memory/save.ts';
import type { CommandHandlers } from './handlers.ts';
import { hartByIndex } from './harts.ts';

/** Guest memory, and the device tree, as files of the host. */
export function memorySaveHandlers(board: Board, host: Host): CommandHandlers {
  const save = async (filename: string, pieces: Iterable<Uint8Array>) => {
    try {
      await host.saveFile(filename, pieces);
    } catch (error) {
      throw error instanceof NotMemoryError ? error : new QmpError((error as Error).message);
    }
    return {};
  };
  return {
    memsave: async ({ val, size, filename, 'cpu-index': index }) => {
      const hart = hartByIndex(board.engine, index);
      try {
        return await save(
          filename,
          virtualPieces(board.memory, at => hart.translate(at), val, size),
        );
      } catch (error) {
        if (!(error instanceof NotMemoryError)) throw error;
        const where = `0x${val.toString(16).padStart(16, '0')}`;
        throw new QmpError(`Invalid addr ${where}/size ${size} specified`);
      }
    },
    pmemsave: ({ val, size, filename }) => save(filename, physicalPieces(board.memory, val, size)),
    dumpdtb: async ({ filename }) => {
      const tree = board.roms.roms.find(({ name }) => name === 'fdt');
      if (!tree) throw new QmpError("This machine doesn't have an FDT");
      try {
        return await save(filename, [tree.contents()]);
      } catch (error) {
        throw new QmpError(`Error saving FDT to file ${filename}: ${(error as Error).message}`);
      }
    },
  };
}

import { isElf } from '../board/elf.ts';
import { readElfSymbols } from './elf-symbols.ts';
import { readMapSymbols } from './map-symbols.ts';
import { type GuestSymbol, SymbolError } from './symbol.ts';

/** Where symbols came from. */
export interface SymbolSource {
  readonly name: string;
  /** What was added to every address, as by a kernel that moves itself. */
  readonly offset: bigint;
  readonly count: number;
}

interface Loaded extends SymbolSource {
  readonly addresses: ReadonlyMap<string, bigint>;
}

/** Reads the symbols of an ELF file or of a list. @throws SymbolError */
export function readSymbols(file: Uint8Array): GuestSymbol[] {
  return isElf(file) ? readElfSymbols(file) : readMapSymbols(new TextDecoder('latin1').decode(file));
}

/** Names of places in the guest, from several files; what was loaded last is asked first. */
export class SymbolTable {
  readonly #loaded: Loaded[] = [];
  readonly #images: { readonly name: string; readonly data: Uint8Array }[];
  #sorted: string[] | null = null;

  /** @param images the files that the machine was started with: read when somebody asks first */
  constructor(images: readonly { readonly name: string; readonly data: Uint8Array }[]) {
    this.#images = images.filter(({ data }) => isElf(data));
  }

  get sources(): readonly SymbolSource[] {
    this.#readImages();
    return this.#loaded;
  }

  /** Takes a file's symbols, in the place of those that came from a file of the same name. @throws SymbolError */
  load(name: string, file: Uint8Array, offset: bigint): SymbolSource {
    this.#readImages();
    return this.#add(name, readSymbols(file), offset);
  }

  lookup(name: string): bigint | undefined {
    this.#readImages();
    for (const { addresses } of this.#loaded) {
      const address = addresses.get(name);
      if (address !== undefined) return address;
    }
    return undefined;
  }

  /** Up to `most` names that begin with `prefix`, in order. */
  complete(prefix: string, most: number): string[] {
    this.#readImages();
    this.#sorted ??= [...new Set(this.#loaded.flatMap(({ addresses }) => [...addresses.keys()]))].sort();
    const names = this.#sorted;
    let low = 0;
    for (let high = names.length; low < high; ) {
      const middle = (low + high) >> 1;
      if (names[middle]! < prefix) low = middle + 1;
      else high = middle;
    }
    const found: string[] = [];
    while (found.length < most && names[low]?.startsWith(prefix)) found.push(names[low++]!);
    return found;
  }

  #readImages(): void {
    for (const { name, data } of this.#images.splice(0)) {
      try {
        this.#add(name, readElfSymbols(data), 0n);
      } catch (error) {
        if (!(error instanceof SymbolError)) throw error; // a stripped image names nothing
      }
    }
  }

  #add(name: string, symbols: readonly GuestSymbol[], offset: bigint): SymbolSource {
    const addresses = new Map<string, bigint>();
    for (const global of [true, false]) {
      for (const symbol of symbols) {
        if (symbol.global !== global || addresses.has(symbol.name)) continue;
        addresses.set(symbol.name, BigInt.asUintN(64, symbol.address + offset));
      }
    }
    const at = this.#loaded.findIndex(loaded => loaded.name === name);
    if (at >= 0) this.#loaded.splice(at, 1);
    const loaded = { name, offset, count: addresses.size, addresses };
    this.#loaded.unshift(loaded);
    this.#sorted = null;
    return loaded;
  }
}

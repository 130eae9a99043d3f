/** A name of a place in the guest. */
export interface GuestSymbol {
  readonly name: string;
  readonly address: bigint;
  /** Known outside its file: such a symbol wins over a local one of the same name. */
  readonly global: boolean;
}

/** A file that names nothing; the message says what is wrong with it. */
export class SymbolError extends Error {
  override readonly name = 'SymbolError';
}

/** Where something stands in a .hx file; `line` and `column` count from 1. */
export interface HxLocation {
  file: string;
  line: number;
  column: number;
}

/** A piece of a member's value and the `#if` texts, inside its entry, that it depends on. */
export interface HxPiece {
  text: string;
  conditions: readonly string[];
}

/** One `.field = value` as it was written, for entries whose members depend on `#if`. */
export interface HxMember {
  field: string;
  pieces: HxPiece[];
}

/** One command of a command table: the fields of QEMU's `.hx` initializers. */
export interface HxEntry {
  /** primary name, the first of `.name = "print|p"` */
  name: string;
  /** the other names, in order */
  aliases: string[];
  /** `.args_type`, e.g. `fmt:/,val:l`; '' without arguments */
  argsType: string;
  params: string;
  help: string;
  /** name of the handler, `.cmd` */
  cmd?: string;
  /** QMP command that returns HumanReadableText, `.cmd_info_hrt`, spelt as QMP spells it (`x-query-roms`) */
  cmdInfoHrt?: string;
  /** name of the table that holds the sub commands, `.sub_table` */
  subTable?: string;
  /** `.flags`: 'p' allows the command in preconfig state */
  flags: string;
  /** name of the completer, `.command_completion` */
  completion?: string;
  /** the SRST text that follows the entry, '' when there is none */
  doc: string;
  /** the `#if` text that governs the entry, e.g. `defined(CONFIG_SLIRP) && defined(CONFIG_POSIX)` */
  condition?: string;
  /** the members as written, present only where an `#if` stands inside the entry */
  members?: HxMember[];
  location: HxLocation;
}

/** One command line option, a `DEF(...)` of an options file. */
export interface HxOption {
  name: string;
  /** true for HAS_ARG */
  hasArg: boolean;
  /** the C identifier, e.g. `QEMU_OPTION_machine` */
  id: string;
  /** help text as `-help` prints it, several lines */
  help: string;
  /** the pieces of `help`, present only where an `#if` stands among them */
  helpPieces?: HxPiece[];
  /** architecture mask as written, e.g. `QEMU_ARCH_ALL` */
  arch: string;
  doc: string;
  condition?: string;
  location: HxLocation;
}

/** Documentation between the entries: text of an SRST block, or a DEFHEADING/ARCHHEADING. */
export interface HxDocText {
  kind: 'text' | 'heading';
  text: string;
  /** second argument of ARCHHEADING */
  arch?: string;
  condition?: string;
}

/** The documentation of a file in its order: free text, headings and the entries themselves. */
export type HxDocItem = HxDocText | { kind: 'entry'; entry: HxEntry } | { kind: 'option'; option: HxOption };

export interface HxTable {
  file: string;
  entries: HxEntry[];
  /** names and aliases */
  byName: Map<string, HxEntry>;
  docs: HxDocItem[];
}

export interface HxOptionTable {
  file: string;
  options: HxOption[];
  byName: Map<string, HxOption>;
  docs: HxDocItem[];
}

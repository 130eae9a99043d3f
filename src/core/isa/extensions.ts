/**
 * The extensions that a hart can have, by the names of the device tree. A row says how an
 * extension comes about; instructions name their extension by its row.
 */

export type Extension =
  | 'I' | 'M' | 'A' | 'F' | 'D' | 'C' | 'H' | 'S' | 'M-mode'
  | 'Zic64b' | 'Zicbom' | 'Zicbop' | 'Zicboz' | 'Ziccamoa' | 'Ziccif' | 'Zicclsm' | 'Ziccrse' | 'Zicntr'
  | 'Zicond' | 'Zicsr' | 'Zifencei' | 'Zihintntl' | 'Zihintpause' | 'Zihpm' | 'Zmmul'
  | 'Za64rs' | 'Zaamo' | 'Zalrsc' | 'Zawrs' | 'Zfa' | 'Zca' | 'Zcd' | 'Zba' | 'Zbb' | 'Zbc' | 'Zbs'
  | 'Shcounterenw' | 'Shgatpa' | 'Shtvala' | 'Shvsatpa' | 'Shvstvala' | 'Shvstvecd'
  | 'Smaia' | 'Ssaia' | 'Ssccptr' | 'Sscounterenw' | 'Ssstrict' | 'Sstc' | 'Sstvala' | 'Sstvecd' | 'Ssu64xl'
  | 'Svade' | 'Svadu' | 'Svinval' | 'Svnapot' | 'Svpbmt' | 'Svvptc'; // biome-ignore format: a list

export interface ExtensionRow {
  readonly name: Extension;
  /**
   * `on` and `off`: a choice with that default. `part`: there when all of `needs` are. `fixed`: a
   * statement about the hart that always holds. `base`: harts do not come without.
   */
  readonly kind: 'on' | 'off' | 'part' | 'fixed' | 'base';
  /** Without one of these there is none of this. */
  readonly needs: readonly Extension[];
}

const row = (name: Extension, kind: ExtensionRow['kind'], ...needs: Extension[]): ExtensionRow => ({
  name,
  kind,
  needs,
});

/** In the order of an ISA string: single letters, then Z extensions by category, then supervisor level. */
export const EXTENSIONS: readonly ExtensionRow[] = [
  row('I', 'base'),
  row('M', 'on'),
  row('A', 'on'),
  row('F', 'on', 'Zicsr'),
  row('D', 'on', 'F'),
  row('C', 'base'),
  row('H', 'on'),
  row('Zic64b', 'part'),
  row('Zicbom', 'on'),
  row('Zicbop', 'on'),
  row('Zicboz', 'on'),
  row('Ziccamoa', 'part', 'A'),
  row('Ziccif', 'fixed'),
  row('Zicclsm', 'fixed'),
  row('Ziccrse', 'part', 'A'),
  row('Zicond', 'off'),
  row('Zicntr', 'on', 'Zicsr'),
  row('Zicsr', 'base'),
  row('Zifencei', 'on'),
  row('Zihintntl', 'on'),
  row('Zihintpause', 'on'),
  row('Zihpm', 'on', 'Zicsr'),
  row('Zmmul', 'part', 'M'),
  row('Za64rs', 'part', 'A'),
  row('Zaamo', 'part', 'A'),
  row('Zalrsc', 'part', 'A'),
  row('Zawrs', 'on', 'A'),
  row('Zfa', 'on', 'F'),
  row('Zca', 'part', 'C'),
  row('Zcd', 'part', 'C', 'D'),
  row('Zba', 'on'),
  row('Zbb', 'on'),
  row('Zbc', 'on'),
  row('Zbs', 'on'),
  row('Shcounterenw', 'part', 'H'),
  row('Shgatpa', 'part', 'H'),
  row('Shtvala', 'part', 'H'),
  row('Shvsatpa', 'part', 'H'),
  row('Shvstvala', 'part', 'H'),
  row('Shvstvecd', 'part', 'H'),
  row('Smaia', 'off'),
  row('Ssaia', 'off'),
  row('Ssccptr', 'fixed'),
  row('Sscounterenw', 'fixed'),
  row('Ssstrict', 'fixed'),
  row('Sstc', 'on'),
  row('Sstvala', 'fixed'),
  row('Sstvecd', 'fixed'),
  row('Ssu64xl', 'fixed'),
  row('Svade', 'off'),
  row('Svadu', 'on'),
  row('Svinval', 'off'),
  row('Svnapot', 'off'),
  row('Svpbmt', 'off'),
  row('Svvptc', 'on'),
];

/** What a hart is without when nobody asks for anything. */
export const WITHOUT_BY_DEFAULT: ReadonlySet<Extension> = new Set(
  EXTENSIONS.filter(({ kind }) => kind === 'off').map(({ name }) => name),
);

/** Names of the extensions that are there when those of `without` are not, in order. */
export function extensions(without: ReadonlySet<Extension> = WITHOUT_BY_DEFAULT): Extension[] {
  return EXTENSIONS.filter(
    ({ name, needs }) => !without.has(name) && needs.every(needed => !without.has(needed)),
  ).map(({ name }) => name);
}

/** The single letters among them. */
export function singleLetterExtensions(without: ReadonlySet<Extension> = WITHOUT_BY_DEFAULT): string[] {
  return extensions(without).filter(name => name.length === 1);
}

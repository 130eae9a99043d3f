// RISC-V Advanced Interrupt Architecture 1.0, section 4.5.2: sourcecfg.
const DELEGATED = 0x400;
const CHILD = 0x3ff;
const MODE = 7;
/** Source modes. */
const INACTIVE = 0;
const DETACHED = 1;
const EDGE_RISING = 4;
const EDGE_FALLING = 5;
const LEVEL_HIGH = 6;
const LEVEL_LOW = 7;
const LEGAL_MODES: readonly number[] = [INACTIVE, DETACHED, EDGE_RISING, EDGE_FALLING, LEVEL_HIGH, LEVEL_LOW];

/** The interrupt sources of one domain, 1 and up: how each is sensed, what is pending and what is enabled. */
export class AplicSources {
  /** Sources, 0 among them, which does not exist. */
  readonly count: number;
  readonly #messages: boolean;
  readonly #children: number;
  readonly #config: Uint16Array;
  readonly #level: Uint8Array;
  readonly #pending: Uint8Array;
  readonly #enabled: Uint8Array;

  /** @param messages whether interrupts leave as messages @param children domains that sources can be handed to */
  constructor(count: number, messages: boolean, children: number) {
    this.count = count;
    this.#messages = messages;
    this.#children = children;
    this.#config = new Uint16Array(count);
    this.#level = new Uint8Array(count);
    this.#pending = new Uint8Array(count);
    this.#enabled = new Uint8Array(count);
  }

  /** Number of the child that has a source; undefined: it is this domain's own. */
  childOf(source: number): number | undefined {
    const config = this.#config[source]!;
    return (config & DELEGATED) !== 0 ? config & CHILD : undefined;
  }

  /** How the wire stands. */
  level(source: number): boolean {
    return this.#level[source] === 1;
  }

  config(source: number): number {
    return this.#config[source]!;
  }

  setConfig(source: number, value: number): void {
    const delegated = this.#children > 0 && (value & DELEGATED) !== 0;
    const mode = LEGAL_MODES.includes(value & MODE) ? value & MODE : INACTIVE;
    const wanted = (value & DELEGATED) !== 0 ? INACTIVE : mode; // where there is no child that is nobody's
    this.#config[source] = delegated ? DELEGATED | (value & CHILD) : wanted;
    if (!this.isActive(source)) this.#pending[source] = this.#enabled[source] = 0;
    else if (this.rectified(source)) this.#pending[source] = 1;
    else if (this.#follows(source)) this.#pending[source] = 0;
  }

  isActive(source: number): boolean {
    return this.#mode(source) !== INACTIVE;
  }

  #mode(source: number): number {
    const config = this.#config[source]!;
    return (config & DELEGATED) !== 0 ? INACTIVE : config & MODE;
  }

  #isLevel(source: number): boolean {
    return this.#mode(source) >= LEVEL_HIGH;
  }

  /** Whether the pending bit is a copy of the wire: there is nothing to set or clear. */
  #follows(source: number): boolean {
    return !this.#messages && this.#isLevel(source);
  }

  /** The wire as the source is sensed: true asks for attention. */
  rectified(source: number): boolean {
    const mode = this.#mode(source);
    if (mode < EDGE_RISING) return false;
    return (this.#level[source] === 1) !== (mode === EDGE_FALLING || mode === LEVEL_LOW);
  }

  /** The wire changed, or was driven again. */
  input(source: number, level: boolean): void {
    const before = this.rectified(source);
    this.#level[source] = level ? 1 : 0;
    const now = this.rectified(source);
    if (now && !before) this.#pending[source] = 1;
    else if (!now && this.#isLevel(source)) this.#pending[source] = 0;
  }

  pending(source: number): boolean {
    return this.#pending[source] === 1;
  }

  /** What software asks for. A level can be made pending only while the wire asks for it. */
  setPending(source: number, pending: boolean): void {
    if (!this.#exists(source) || !this.isActive(source) || this.#follows(source)) return;
    if (pending && this.#isLevel(source) && !this.rectified(source)) return;
    this.#pending[source] = pending ? 1 : 0;
  }

  /** The interrupt went to a hart. */
  taken(source: number): void {
    if (!this.#follows(source)) this.#pending[source] = 0;
  }

  enabled(source: number): boolean {
    return this.#enabled[source] === 1;
  }

  setEnabled(source: number, enabled: boolean): void {
    if (this.#exists(source) && this.isActive(source)) this.#enabled[source] = enabled ? 1 : 0;
  }

  #exists(source: number): boolean {
    return source > 0 && source < this.count;
  }

  /** Wires stay as devices drive them. */
  reset(): void {
    for (const state of [this.#config, this.#pending, this.#enabled]) state.fill(0);
  }
}

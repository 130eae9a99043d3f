import { booleanOf } from '../../qapi/text-values.ts';
import type { OptionValues } from '../config.ts';

/** Kinds of advanced interrupt architecture: none is a PLIC. */
export const AIA_KINDS = ['none', 'aplic', 'aplic-imsic'] as const;
export type AiaKind = (typeof AIA_KINDS)[number];

/** Which interrupt controllers the board has. */
export interface InterruptModel {
  readonly aia: AiaKind;
  /** ACLINT devices of their own, in place of a CLINT. */
  readonly aclint: boolean;
}

/** What `-machine aia=` and `aclint=` ask for; they were checked before. */
export function interruptModel({ aia = 'none', aclint = 'off' }: OptionValues): InterruptModel {
  return { aia: AIA_KINDS.find(kind => kind === aia) ?? 'none', aclint: booleanOf('aclint', aclint) };
}

/** Whether software interrupts are messages: there is no device for them then. */
export function hasSoftwareInterrupts({ aia, aclint }: InterruptModel): boolean {
  return !(aclint && aia === 'aplic-imsic');
}

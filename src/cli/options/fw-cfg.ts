import type { OptionValues } from '../../core/config.ts';
import { UsageError } from '../errors.ts';

/** `-fw_cfg`: a name, and either a file of the host or a text. */
export interface FwCfgPlan {
  readonly name: string;
  readonly content: { readonly file: string } | { readonly string: string };
  /** What errors are about. */
  readonly origin: string;
}

const MOST_NAME = 55;

/** Reads one `-fw_cfg`; `warn` hears of what is unwise. @throws UsageError */
export function fwCfgPlan(values: OptionValues, origin: string, warn: (line: string) => void): FwCfgPlan {
  const { name = '', file = '', string = '', gen_id: generator } = values;
  if (generator !== undefined) throw new UsageError('gen_id: no object of this machine makes items');
  if (name === '' || (file === '') === (string === '')) {
    throw new UsageError('name, plus exactly one of file, string and gen_id, are needed');
  }
  if (new TextEncoder().encode(name).length > MOST_NAME) {
    throw new UsageError(`name too long (max. ${MOST_NAME} char)`);
  }
  if (!name.startsWith('opt/')) {
    warn(`${origin}: warning: externally provided fw_cfg item names should be prefixed with "opt/"`);
  }
  return { name, content: file === '' ? { string } : { file }, origin };
}

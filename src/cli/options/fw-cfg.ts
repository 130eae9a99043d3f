import { UsageError } from '../errors.ts';
import { parseOptionValues } from './values.ts';

/** `-fw_cfg`: a name, and either a file of the host or a text. */
export interface FwCfgPlan {
  readonly name: string;
  readonly content: { readonly file: string } | { readonly string: string };
}

const KNOWN = ['name', 'file', 'string'];
const MOST_NAME = 55;

/** Reads one `-fw_cfg`; `warn` hears of what is unwise. @throws UsageError */
export function parseFwCfg(text: string, warn: (line: string) => void): FwCfgPlan {
  const fail = (what: string) => new UsageError(`-fw_cfg ${text}: ${what}`);
  const values = parseOptionValues(text, 'name');
  const unknown = Object.keys(values).find(key => !KNOWN.includes(key));
  if (unknown !== undefined) throw fail(`Invalid parameter '${unknown}'`);
  const { name = '', file = '', string = '' } = values;
  if (name === '' || (file === '') === (string === '')) {
    throw fail('name, plus exactly one of file, string and gen_id, are needed');
  }
  if (new TextEncoder().encode(name).length > MOST_NAME) throw fail(`name too long (max. ${MOST_NAME} char)`);
  if (!name.startsWith('opt/')) {
    warn(`-fw_cfg ${text}: warning: externally provided fw_cfg item names should be prefixed with "opt/"`);
  }
  return { name, content: file === '' ? { string } : { file } };
}

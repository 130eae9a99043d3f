import { conditionHolds } from './conditions.ts';
import { HxSyntaxError } from './errors.ts';
import type { HxEntry, HxLocation, HxMember } from './model.ts';

/** The members of an entry whose value is a string literal, and those that name something. */
export const STRING_FIELDS = ['name', 'args_type', 'params', 'help', 'flags'];
/** `coroutine` and `arch_bitmask` steer QEMU's own threads and build: read, without meaning here. */
export const NAME_FIELDS = [
  'cmd',
  'cmd_info_hrt',
  'sub_table',
  'command_completion',
  'coroutine',
  'arch_bitmask',
];

/** `qmp_x_query_roms`, the C function of the QMP command, and `x-query-roms` both give `x-query-roms`. */
function qmpName(text: string): string {
  return text.replace(/^qmp_/, '').replaceAll('_', '-');
}

function memberValue(
  members: readonly HxMember[],
  field: string,
  defines?: ReadonlySet<string>,
): string | undefined {
  let value: string | undefined;
  for (const member of members) {
    if (member.field !== field) continue;
    const pieces = member.pieces.filter(
      piece => !defines || piece.conditions.every(text => conditionHolds(text, defines)),
    );
    if (pieces.length > 0) value = pieces.map(piece => piece.text).join('');
  }
  return value;
}

/** Builds an entry of its members; without `defines` every piece counts, whatever its condition. */
export function buildEntry(
  members: HxMember[],
  location: HxLocation,
  defines?: ReadonlySet<string>,
): HxEntry {
  const value = (field: string) => memberValue(members, field, defines);
  const names = (value('name') ?? '').split('|');
  const name = names[0] ?? '';
  if (names.some(each => !/^[^\s"'|/]+$/.test(each))) {
    throw new HxSyntaxError(location, `entry without a usable name: expected .name = "name|alias"`);
  }
  const cmd = value('cmd');
  const hrt = value('cmd_info_hrt');
  const subTable = value('sub_table');
  const completion = value('command_completion');
  return {
    name,
    aliases: names.slice(1),
    argsType: value('args_type') ?? '',
    params: value('params') ?? '',
    help: value('help') ?? '',
    ...(cmd === undefined ? {} : { cmd }),
    ...(hrt === undefined ? {} : { cmdInfoHrt: qmpName(hrt) }),
    ...(subTable === undefined ? {} : { subTable }),
    flags: value('flags') ?? '',
    ...(completion === undefined ? {} : { completion }),
    doc: '',
    location,
  };
}

import { QmpError } from '../../qapi/errors.ts';
import type { MigrationChannel } from '../../qapi/generated/types.ts';
import type { MigrationSettings } from '../migration.ts';
import type { CommandHandlers } from './handlers.ts';

/** Where QEMU's migration can go. */
const PROTOCOLS = ['exec', 'fd', 'file', 'rdma', 'tcp', 'unix', 'vsock'];

interface Where {
  readonly uri?: string;
  readonly channels?: readonly MigrationChannel[];
}

/** Migration on its way: the state of the harts cannot be sent, so that none ever begins. */
export function migrationRunHandlers(settings: MigrationSettings): CommandHandlers {
  return {
    migrate: args => {
      checkPlace(args, 'migrate');
      if (args.resume) throw new QmpError('Cannot resume if there is no paused migration');
      throw new QmpError("State blocked by non-migratable device 'cpu'");
    },
    'migrate-incoming': () => {
      throw new QmpError("'-incoming' was not specified on the command line");
    },
    'migrate-recover': () => {
      throw new QmpError('Migrate recover can only be run when postcopy is paused.');
    },
    'migrate-pause': () => {
      throw new QmpError(
        'migrate-pause is currently only supported during postcopy-active or postcopy-recover state',
      );
    },
    'migrate-continue': () => {
      throw new QmpError('Migration not in expected state: none');
    },
    'migrate-start-postcopy': () => {
      const { state } = settings.capabilities.find(({ capability }) => capability === 'postcopy-ram')!;
      throw new QmpError(
        state
          ? 'Start postcopy after migration has been started'
          : 'Enable postcopy with migrate_set_capability before the start of migration',
      );
    },
    migrate_cancel: () => ({}),
    'query-migrationthreads': () => [],
  };
}

/** @throws QmpError unless one place is named, in one way */
function checkPlace({ uri, channels }: Where, command: string): void {
  if (uri !== undefined && channels !== undefined) {
    const rule = `exactly one of the two should be present in '${command}' qmp command `;
    throw new QmpError(`'uri' and 'channels' arguments are mutually exclusive; ${rule}`);
  }
  if (channels && !channels.some(channel => channel['channel-type'] === 'main')) {
    throw new QmpError('Channel list has no main entry');
  }
  if (channels) return;
  if (uri === undefined) {
    throw new QmpError(`neither 'uri' or 'channels' argument are specified in '${command}' qmp command `);
  }
  if (!PROTOCOLS.some(protocol => uri.startsWith(`${protocol}:`))) {
    throw new QmpError(`unknown migration protocol: ${uri}`);
  }
}

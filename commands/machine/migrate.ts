import type { Handler } from '../../src/monitor/types.ts';
import { QmpError } from '../../src/qapi/errors.ts';
import type { MigrationStatus } from '../../src/qapi/generated/types.ts';

/** States of a migration, for the one command that takes one as text. */
const STATES: Readonly<Record<MigrationStatus, true>> = {
  none: true,
  setup: true,
  cancelling: true,
  cancelled: true,
  active: true,
  'postcopy-active': true,
  'postcopy-paused': true,
  'postcopy-recover-setup': true,
  'postcopy-recover': true,
  completed: true,
  failed: true,
  colo: true,
  'pre-switchover': true,
  device: true,
  'wait-unplug': true,
};

const isState = (word: string): word is MigrationStatus => Object.hasOwn(STATES, word);

/** `migrate [-d] [-r] uri` */
export const migrate: Handler<{ detach?: boolean; resume?: boolean; uri: string }> = async (
  { qmp },
  { resume, uri },
) => {
  await qmp.execute('migrate', { uri, resume: resume ?? false });
};

/** `migrate_cancel` */
export const migrateCancel: Handler = async ({ qmp }) => {
  await qmp.execute('migrate_cancel');
};

/** `migrate_continue state` */
export const migrateContinue: Handler<{ state: string }> = async ({ qmp }, { state }) => {
  if (!isState(state)) throw new QmpError(`invalid parameter value: ${state}`);
  await qmp.execute('migrate-continue', { state });
};

/** `migrate_incoming uri` */
export const migrateIncoming: Handler<{ uri: string }> = async ({ qmp }, { uri }) => {
  await qmp.execute('migrate-incoming', { uri });
};

/** `migrate_recover uri` */
export const migrateRecover: Handler<{ uri: string }> = async ({ qmp }, { uri }) => {
  await qmp.execute('migrate-recover', { uri });
};

/** `migrate_pause` */
export const migratePause: Handler = async ({ qmp }) => {
  await qmp.execute('migrate-pause');
};

/** `migrate_start_postcopy` */
export const migrateStartPostcopy: Handler = async ({ qmp }) => {
  await qmp.execute('migrate-start-postcopy');
};

/** `x_colo_lost_heartbeat` */
export const coloLostHeartbeat: Handler = async ({ qmp }) => {
  await qmp.execute('x-colo-lost-heartbeat');
};

interface ClientArgs {
  protocol: string;
  hostname: string;
  port?: bigint;
  'tls-port'?: bigint;
  'cert-subject'?: string;
}

/** `client_migrate_info protocol hostname port tls-port cert-subject` */
export const clientMigrateInfo: Handler<ClientArgs> = async ({ qmp }, args) => {
  await qmp.execute('client_migrate_info', args);
};

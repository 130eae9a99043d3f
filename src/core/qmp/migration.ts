import { MigrationSettings } from '../migration.ts';
import type { CommandHandlers } from './handlers.ts';
import { migrationRunHandlers } from './migration-run.ts';

/** The wishes for a migration. */
export function migrationHandlers(): CommandHandlers {
  const settings = new MigrationSettings();
  return {
    'query-migrate': () => ({}),
    'query-migrate-capabilities': () => settings.capabilities,
    'migrate-set-capabilities': ({ capabilities }) => {
      for (const { capability, state } of capabilities) settings.setCapability(capability, state);
      return {};
    },
    'query-migrate-parameters': () => settings.parameters,
    'migrate-set-parameters': parameters => {
      settings.setParameters(parameters);
      return {};
    },
    ...migrationRunHandlers(settings),
  };
}

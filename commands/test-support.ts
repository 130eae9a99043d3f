import { type FakeCommand, fakeQmp } from '../src/monitor/fake-qmp.ts';
import type { CommandContext, MonitorSession, Result } from '../src/monitor/types.ts';
import type { CommandName, Commands, EventName } from '../src/qapi/generated/types.ts';
import type { QmpClient, QmpEvent } from '../src/qmp/client.ts';

/** Replies of a machine that is not there, typed as the schema types them. */
export type Replies = {
  [C in CommandName]?: (args: Commands[C]['args']) => Commands[C]['returns'];
};

export interface TestContext extends CommandContext {
  /** what was asked, in order */
  readonly asked: { command: string; args: unknown }[];
  /** what was printed while the command ran */
  readonly written: string[];
  emit(event: EventName, data: object): void;
  disconnect(error: Error | null): void;
}

function testSession(history: readonly string[]): MonitorSession {
  return {
    currentCpu: 0,
    history,
    tables: { root: { file: '', entries: [], byName: new Map(), docs: [] }, sub: new Map() },
    help: async topic => `help about ${topic ?? 'everything'}\n`,
    isAvailable: () => true,
    takeEvent: () => undefined,
    attached: false,
    quitting: false,
  };
}

/** A context for one handler: replies from functions, events when the test says so. */
export function testContext(replies: Replies = {}, history: readonly string[] = []): TestContext {
  const asked: TestContext['asked'] = [];
  const written: string[] = [];
  const events = new Set<(event: QmpEvent) => void>();
  const closings = new Set<(error: Error | null) => void>();
  const commands = Object.fromEntries(
    Object.entries(replies).map(([command, reply]) => {
      const answer: FakeCommand = args => {
        asked.push({ command, args });
        return (reply as unknown as FakeCommand)(args);
      };
      return [command, answer];
    }),
  );
  const qmp: QmpClient = {
    ...fakeQmp(commands),
    onEvent: listener => {
      events.add(listener);
      return () => events.delete(listener);
    },
    onClose: listener => {
      closings.add(listener);
      return () => closings.delete(listener);
    },
  };
  return {
    qmp,
    session: testSession(history),
    signal: new AbortController().signal,
    asked,
    written,
    write: async piece => void written.push(piece),
    emit: (event, data) => {
      const timestamp = { seconds: 1, microseconds: 2 };
      for (const listener of events) listener({ event, data, timestamp } as unknown as QmpEvent);
    },
    disconnect: error => {
      for (const listener of closings) listener(error);
    },
  };
}

/** The text that a result shows, '' without a result. */
export function shown(result: Result | undefined): string {
  return result && 'text' in result ? result.text : '';
}

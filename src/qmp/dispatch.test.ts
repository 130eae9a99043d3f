import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { loadSchema, QmpError, type QmpObject, type QmpValue, SchemaMismatchError } from '../qapi/index.ts';
import { CommandCoverage } from './coverage.ts';
import { type CommandHandlers, Dispatcher } from './dispatch.ts';
import { asQmpError, errorReply, parseRequest, successReply } from './envelope.ts';
import { parseJson } from './json.ts';

const schema = loadSchema();
const handlers: CommandHandlers = {
  'query-status': () => ({ running: false, status: 'paused' }),
  'query-balloon': async () => ({ actual: 1n << 60n }),
  balloon: ({ value }) => {
    if (value < 0n) throw new RangeError('negative');
    return {};
  },
};

describe('a dispatcher', () => {
  it('runs handlers with checked arguments', async () => {
    let seen: unknown;
    const dispatcher = new Dispatcher(schema, {
      balloon: args => {
        seen = args;
        return {};
      },
    });
    expect(await dispatcher.dispatch('balloon', { value: 5 })).toEqual({});
    expect(seen).toEqual({ value: 5n });
    await expect(dispatcher.dispatch('balloon', {})).rejects.toThrow("Parameter 'value' is missing");
  });

  it('looks first whether a command can be had now', async () => {
    const admit = (command: string) => {
      if (command === 'balloon') throw new QmpError('not now');
    };
    const dispatcher = new Dispatcher(schema, handlers, { admit });
    await expect(dispatcher.dispatch('balloon', {})).rejects.toThrow('not now');
    expect(await dispatcher.dispatch('query-balloon', {})).toEqual({ actual: 1n << 60n });
  });

  it('offers the commands that have handlers', async () => {
    const dispatcher = new Dispatcher(schema, handlers);
    const names = ['query-status', 'query-commands', 'query-qmp-schema', 'balloon', 'query-balloon'];
    const listed = (await dispatcher.dispatch('query-commands', undefined)) as { name: string }[];
    expect(listed.map(({ name }) => name)).toEqual(names);
    const entries = (await dispatcher.dispatch('query-qmp-schema', {})) as QmpObject[];
    expect(entries.filter(entry => entry['meta-type'] === 'command').map(entry => entry['name'])).toEqual(
      names,
    );
    await expect(dispatcher.dispatch('query-name', {})).rejects.toMatchObject({
      errorClass: 'CommandNotFound',
      message: 'The command query-name has not been found',
    });
  });

  it('refuses handlers for what the schema does not have', () => {
    const odd = { 'query-odd': () => ({}) } as CommandHandlers;
    expect(() => new Dispatcher(schema, odd)).toThrow("the schema has no command 'query-odd'");
  });

  it('checks replies where a test asks for it', async () => {
    const wrong = { 'query-status': () => ({ running: 1 }) } as unknown as CommandHandlers;
    expect(await new Dispatcher(schema, wrong).dispatch('query-status', {})).toEqual({ running: 1 });
    const strict = new Dispatcher(schema, wrong, { validateReplies: true });
    await expect(strict.dispatch('query-status', {})).rejects.toBeInstanceOf(SchemaMismatchError);
  });

  it('reports what was executed', async () => {
    const coverage = new CommandCoverage();
    const dispatcher = new Dispatcher(schema, handlers, { onExecuted: coverage.record });
    await dispatcher.dispatch('query-status', {});
    await expect(dispatcher.dispatch('balloon', { value: 'x' })).rejects.toThrow();
    await expect(dispatcher.dispatch('no-such', {})).rejects.toThrow();
    const offered = dispatcher.commands();
    expect(coverage.unexecuted(offered)).toEqual(['query-commands', 'query-qmp-schema', 'query-balloon']);
    expect(coverage.neverSucceeded(['balloon', 'query-status'])).toEqual(['balloon']);
    const other = new CommandCoverage();
    other.merge(coverage.toJSON());
    expect(other.unexecuted(offered)).toEqual(coverage.unexecuted(offered));
  });
});

const shared = process.env['HMP_SHARED'] ?? fileURLToPath(new URL('../../../shared', import.meta.url));
const golden = `${shared}/golden/qemu-10.2.2/linux-qmp.json`;

describe.skipIf(!existsSync(golden))(
  'beside the captured answers of QEMU 10.2.2 (skipped where they are absent)',
  () => {
    interface Exchange {
      in: QmpObject;
      out: QmpObject;
    }
    const exchanges = () => (parseJson(readFileSync(golden, 'utf8')) as unknown as { qmp: Exchange[] }).qmp;
    const succeeded = (exchange: Exchange) => 'return' in exchange.out;

    /** Answers everything with the captured reply for the same request, so that only our refusals can differ. */
    async function replay(exchange: Exchange): Promise<QmpValue> {
      const { id } = exchange.in;
      try {
        const request = parseRequest(exchange.in);
        const canned = { [request.execute]: () => exchange.out['return'] } as unknown as CommandHandlers;
        const known = Object.hasOwn(schema.commands, request.execute) ? canned : {};
        const dispatcher = new Dispatcher(schema, known, { validateReplies: true });
        return successReply(await dispatcher.dispatch(request.execute, request.arguments), id);
      } catch (error) {
        if (error instanceof SchemaMismatchError) throw error;
        return errorReply(asQmpError(error) as QmpError, id);
      }
    }

    it('accepts every reply of a command in our schema', async () => {
      const known = exchanges().filter(
        item => succeeded(item) && Object.hasOwn(schema.commands, String(item.in['execute'])),
      );
      expect(known.length).toBeGreaterThan(25);
      for (const exchange of known) {
        expect(await replay(exchange), JSON.stringify(exchange.in)).toHaveProperty('return');
      }
    });

    it('refuses with the same words what never reaches a handler', async () => {
      const texts = /^(Parameter|Invalid parameter|QMP input|The command)/;
      const refused = exchanges().filter(item => {
        const error = item.out['error'] as { desc: string } | undefined;
        return (
          error !== undefined && texts.test(error.desc) && item.in['execute'] !== 'human-monitor-command'
        );
      });
      expect(refused.length).toBeGreaterThan(8);
      for (const exchange of refused) expect(await replay(exchange)).toEqual(exchange.out);
    });
  },
);

import { QmpError } from '../qapi/errors.ts';

/** Commands that need no machine; facts of QEMU's. */
const ALLOWED: ReadonlySet<string> = new Set([
  ...['qmp_capabilities', 'quit', 'query-version', 'query-commands', 'query-qmp-schema'],
  ...['query-command-line-options', 'query-status', 'query-name', 'query-uuid', 'set-action'],
  ...['x-exit-preconfig', 'set-numa-node', 'query-hotpluggable-cpus', 'query-memdev', 'query-iothreads'],
  ...['object-add', 'object-del', 'qom-get', 'qom-set', 'qom-list', 'qom-list-properties', 'qom-list-types'],
  ...[
    'x-object-add',
    'x-netdev-add',
    'netdev_add',
    'netdev_del',
    'query-chardev',
    'query-block',
    'query-blockstats',
    'query-block-jobs',
  ],
  ...['query-named-block-nodes', 'blockdev-add', 'blockdev-del', 'block_resize', 'block_set_io_throttle'],
]);

/** `-preconfig`: what may be done before devices are made, and the way on. */
export class Preconfig {
  #active: boolean;
  readonly #finish: () => void;

  /** @param finish makes what is missing */
  constructor(active: boolean, finish: () => void) {
    this.#active = active;
    this.#finish = finish;
  }

  get active(): boolean {
    return this.#active;
  }

  /** @throws QmpError for a command that has to wait */
  check(command: string): void {
    if (!this.#active || ALLOWED.has(command)) return;
    throw new QmpError(
      `The command '${command}' is permitted only after machine initialization has completed`,
    );
  }

  /** `x-exit-preconfig`. @throws QmpError */
  exit(): void {
    if (!this.#active) throw new QmpError('The command is permitted only before machine initialization');
    this.#active = false;
    this.#finish();
  }
}

import { initialEditor } from './editor/state.ts';
import type { LiveView } from './layout/live-area.ts';

/** Holds what the live area shows. Outside React, so that it outlives every mount. */
export class Store {
  private state: LiveView;
  private readonly listeners = new Set<() => void>();

  constructor(history: readonly string[], name?: string) {
    this.state = {
      editor: initialEditor(history),
      hint: '',
      menu: null,
      status: { runState: '', name },
    };
  }

  /** The current state; the same object until it changes. */
  readonly get = (): LiveView => this.state;

  /** Listens to changes; the returned function ends it. */
  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  update(change: Partial<LiveView>): void {
    this.state = { ...this.state, ...change };
    for (const listener of this.listeners) listener();
  }

  /** Changes members of the status line; says nothing when all of them are as they were. */
  updateStatus(change: Partial<LiveView['status']>): void {
    const status = { ...this.state.status, ...change };
    if (JSON.stringify(status) !== JSON.stringify(this.state.status)) this.update({ status });
  }
}

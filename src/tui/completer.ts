import { tabOutcome } from './completion.ts';
import type { Delay } from './keys/timed-decoder.ts';
import type { Store } from './store.ts';
import type { TuiCompletion, TuiSession } from './types.ts';

/** Typing must rest this long before the hint is asked for, milliseconds. */
const HINT_DELAY = 60;

/** Asks the session for completions and hints; answers to a line that changed meanwhile are dropped. */
export class Completer {
  private readonly session: TuiSession;
  private readonly store: Store;
  private readonly delay: Delay;
  private stopTimer: (() => void) | null = null;
  private asking = false;
  private stale = false;

  constructor(session: TuiSession, store: Store, delay: Delay) {
    this.session = session;
    this.store = store;
    this.delay = delay;
  }

  /** Tab: completes what is common, lists what is not, turns the page of a list that is shown. */
  async tab(replace: (start: number, text: string) => void): Promise<void> {
    const { editor, menu } = this.store.get();
    if (menu) {
      this.store.update({ menu: { ...menu, page: menu.page + 1 } });
      return;
    }
    const completion = await this.ask(editor.text, editor.cursor);
    if (!completion || !this.isCurrent(editor.text, editor.cursor)) return;
    const outcome = tabOutcome(editor.text, editor.cursor, completion);
    if (outcome.kind === 'replace') replace(outcome.start, outcome.text);
    if (outcome.kind === 'list') this.store.update({ menu: { candidates: outcome.candidates, page: 0 } });
    if (outcome.kind === 'none') this.store.update({ hint: completion.hint ?? '' });
  }

  /** The line changed: a new hint is due once typing rests. */
  lineChanged(): void {
    this.stopTimer?.();
    this.stopTimer = null;
    const { editor } = this.store.get();
    if (editor.text === '' || editor.search) {
      if (this.store.get().hint !== '') this.store.update({ hint: '' });
      return;
    }
    this.stopTimer = this.delay(HINT_DELAY, () => void this.updateHint());
  }

  private async updateHint(): Promise<void> {
    if (this.asking) {
      this.stale = true;
      return;
    }
    this.asking = true;
    const { text, cursor } = this.store.get().editor;
    const hint = (await this.ask(text, cursor))?.hint ?? '';
    this.asking = false;
    if (this.isCurrent(text, cursor) && hint !== this.store.get().hint) this.store.update({ hint });
    if (this.stale) {
      this.stale = false;
      this.lineChanged();
    }
  }

  private isCurrent(text: string, cursor: number): boolean {
    const { editor } = this.store.get();
    return editor.text === text && editor.cursor === cursor && editor.search === null;
  }

  private async ask(text: string, cursor: number): Promise<TuiCompletion | null> {
    try {
      return await this.session.complete(text, cursor);
    } catch {
      // Completion is a help: where it fails there simply is none.
      return null;
    }
  }
}

import type { Completer } from './completer.ts';
import { editingAction, searchAction } from './editor/keymap.ts';
import { reduceEditor } from './editor/reducer.ts';
import type { EditorAction } from './editor/state.ts';
import type { Key } from './keys/key.ts';
import { oneLine } from './layout/text.ts';
import type { Store } from './store.ts';

/** What keys ask for beyond the line itself. */
export interface PromptHooks {
  submit(line: string): void;
  /** Ctrl-C: the running command, or the line */
  interrupt(): void;
  /** Ctrl-D on an empty line */
  endOfInput(): void;
  clearScreen(): void;
  suspend(): void;
  switchView(): void;
}

/** Applies keys to the line being edited and passes on those that mean something else. */
export class PromptKeys {
  private readonly store: Store;
  private readonly completer: Completer;
  private readonly hooks: PromptHooks;
  private readonly commands: Readonly<Record<string, () => void>>;

  constructor(store: Store, completer: Completer, hooks: PromptHooks) {
    this.store = store;
    this.completer = completer;
    this.hooks = hooks;
    this.commands = {
      enter: () => this.submit(),
      'ctrl-j': () => this.submit(),
      tab: () => void completer.tab((start, text) => this.edit({ type: 'replace', start, text })),
      'ctrl-c': () => hooks.interrupt(),
      'ctrl-l': () => hooks.clearScreen(),
      'ctrl-z': () => hooks.suspend(),
      'ctrl-o': () => hooks.switchView(),
      escape: () => this.closeMenu(),
    };
  }

  key(key: Key): void {
    if (key.kind === 'paste') this.paste(key.text);
    else if (key.kind === 'text') this.typed(key.text);
    else this.chord(key.chord);
  }

  /** Changes the line. A completion list belongs to the line it was asked for and goes with it. */
  edit(action: EditorAction): void {
    const { editor, menu } = this.store.get();
    const next = reduceEditor(editor, action);
    if (next === editor && menu === null) return;
    this.store.update({ editor: next, menu: null });
    this.completer.lineChanged();
  }

  private typed(value: string): void {
    const text = oneLine(value);
    const searching = this.store.get().editor.search !== null;
    if (text !== '') this.edit({ type: searching ? 'search-insert' : 'insert', text });
  }

  /** Every complete line of a paste runs; what follows the last line end waits in the prompt. */
  private paste(value: string): void {
    this.endSearch();
    const lines = value.split(/\r\n|\r|\n/);
    const rest = lines.pop() ?? '';
    for (const line of lines) {
      this.edit({ type: 'insert', text: oneLine(line) });
      this.submit();
    }
    this.edit({ type: 'insert', text: oneLine(rest) });
  }

  private chord(chord: string): void {
    const { editor } = this.store.get();
    if (editor.search) {
      const action = searchAction(chord);
      if (action) {
        this.edit(action);
        return;
      }
      this.endSearch();
    }
    if (chord === 'ctrl-d' && editor.text === '') this.hooks.endOfInput();
    else if (Object.hasOwn(this.commands, chord)) this.commands[chord]?.();
    else {
      const action = editingAction(chord);
      if (action) this.edit(action);
    }
  }

  private endSearch(): void {
    if (this.store.get().editor.search) this.edit({ type: 'search-end', keep: true });
  }

  private closeMenu(): void {
    if (this.store.get().menu) this.store.update({ menu: null });
  }

  private submit(): void {
    this.hooks.submit(this.store.get().editor.text);
  }
}

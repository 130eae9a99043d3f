/** Longest wait for a text, milliseconds: a hanging guest then shows what it printed. */
const PATIENCE = 20_000;

/** What a console printed, and waiting for a text in the part not yet consumed. */
export class Transcript {
  /** Everything since the start. */
  text = '';
  #consumed = 0;
  readonly #listeners = new Set<() => void>();

  append(chunk: string): void {
    this.text += chunk;
    for (const listener of [...this.#listeners]) listener();
  }

  /** Resolves to what came up to and including `wanted`, which is consumed by that. */
  expect(wanted: string, patience = PATIENCE): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const at = this.text.indexOf(wanted, this.#consumed);
        if (at < 0) return;
        const end = at + wanted.length;
        const seen = this.text.slice(this.#consumed, end);
        this.#consumed = end;
        settle();
        resolve(seen);
      };
      const timer = setTimeout(() => {
        settle();
        reject(new Error(`the console did not come to ${JSON.stringify(wanted)}; it has:\n${this.text}`));
      }, patience);
      const settle = () => {
        clearTimeout(timer);
        this.#listeners.delete(look);
      };
      this.#listeners.add(look);
      look();
    });
  }
}

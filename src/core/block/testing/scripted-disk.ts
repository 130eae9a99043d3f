import { MemoryDisk } from '../memory-disk.ts';

/** A back end that does what the test says, when the test says. */
export class ScriptedDisk extends MemoryDisk {
  /** What reads and writes fail with. */
  error: Error | null = null;
  flushes = 0;
  /** Whether reads and writes wait until they are let through. */
  gated = false;
  /** One for each that waits: lets it through. */
  readonly gates: (() => void)[] = [];

  async #pass(): Promise<void> {
    if (this.gated) await new Promise<void>(resolve => this.gates.push(resolve));
    if (this.error) throw this.error;
  }

  override async read(offset: number, length: number): Promise<Uint8Array> {
    await this.#pass();
    return super.read(offset, length);
  }

  override async write(offset: number, data: Uint8Array): Promise<void> {
    await this.#pass();
    return super.write(offset, data);
  }

  override async flush(): Promise<void> {
    this.flushes++;
  }
}

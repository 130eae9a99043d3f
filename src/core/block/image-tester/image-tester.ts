import type { Surroundings, TesterCommand } from './command.ts';
import { TesterError, UsageError } from './errors.ts';
import { findCommand, usageLine } from './help.ts';
import type { TestedImage } from './image.ts';
import { Options, readOptions } from './options.ts';
import { Requests } from './requests.ts';
import { TESTER_COMMANDS } from './table.ts';

/** What came of a line. */
export interface Answer {
  /** Lines, ended by newlines; empty where there is nothing to say. */
  readonly text: string;
  readonly failed: boolean;
}

/** Runs the commands of QEMU's image tester, `qemu-io`, on images of the machine. */
export class ImageTester {
  readonly #around: Surroundings;
  readonly #requests: Requests;

  constructor(around: Surroundings) {
    this.#around = around;
    this.#requests = new Requests((ms, callback) => around.sleep(ms, callback));
  }

  /** Runs a line: words between spaces. What ended since the last one is told behind its own answer. */
  async run(image: TestedImage, line: string): Promise<Answer> {
    const words = line.split(' ').filter(word => word !== '');
    const said: string[] = [];
    let failed = false;
    const fail = (text: string) => {
      if (text === '') return;
      said.push(text);
      failed = true;
    };
    await this.#run(image, words, { print: text => void said.push(text), fail });
    await this.#requests.settle();
    return { text: said.join('') + this.#requests.takeNews(), failed };
  }

  async #run(image: TestedImage, [name, ...words]: readonly string[], output: Output): Promise<void> {
    if (name === undefined) return;
    const command = findCommand(TESTER_COMMANDS, name);
    if (!command) return output.fail(`command "${name}" not found\n`);
    try {
      checkCount(command, name, words.length);
      if (command.writes) image.checkWritable();
      const { options: specs } = command;
      const options = specs ? readOptions(name, specs, words) : new Options(new Map(), words);
      const [around, requests] = [this.#around, this.#requests];
      await command.run({ name, command, image, options, around, requests, ...output });
    } catch (error) {
      output.fail(failureText(command, error));
    }
  }
}

interface Output {
  print(text: string): void;
  fail(text: string): void;
}

/** @throws for what is not about the command */
function failureText(command: TesterCommand, error: unknown): string {
  if (error instanceof TesterError) return `${error.message}\n`;
  if (!(error instanceof UsageError)) throw error;
  return (error.message === '' ? '' : `${error.message}\n`) + usageLine(command);
}

/** @throws TesterError */
function checkCount({ least, most }: TesterCommand, name: string, count: number): void {
  if (count >= least && count <= (most ?? count)) return;
  const between = least === most ? `${least}` : `between ${least} and ${most}`;
  const expected = most === undefined ? `at least ${least}` : between;
  throw new TesterError(`bad argument count ${count} to ${name}, expected ${expected} arguments`);
}

import type { BlockFile } from '../../../host/types.ts';
import type { BlockNode } from '../node.ts';
import type { TestedImage } from './image.ts';
import type { OptionSpec, Options } from './options.ts';
import type { Requests } from './requests.ts';

/** What commands need from around them. */
export interface Surroundings {
  /** Nanoseconds. */
  now(): number;
  /** Calls back after `ms`; returns a function that cancels it. */
  sleep(ms: number, callback: () => void): () => void;
  /** @throws Error with the host's reason */
  openBlockFile(path: string, options: { readOnly: boolean }): Promise<BlockFile>;
  /** @throws Error that says why not */
  resize(node: BlockNode, size: bigint): Promise<void>;
}

/** One run of a command. */
export interface Call {
  /** As it was typed: perhaps the short name. */
  readonly name: string;
  readonly command: TesterCommand;
  readonly image: TestedImage;
  readonly options: Options;
  readonly around: Surroundings;
  readonly requests: Requests;
  /** Adds to the answer. */
  print(text: string): void;
  /** The same, of something that went wrong. */
  fail(text: string): void;
}

/** A row of the table. */
export interface TesterCommand {
  readonly name: string;
  readonly short?: string;
  /** What stands behind the name, options as well. */
  readonly syntax: string;
  /** In a line. */
  readonly help: string;
  /** More of it. */
  readonly about?: string;
  readonly options?: readonly OptionSpec[];
  /** Words behind the name, options among them: at least. */
  readonly least: number;
  /** At most; absent: any number. */
  readonly most?: number;
  /** The image must be one that can be written to. */
  readonly writes?: true;
  /** @throws TesterError or UsageError */
  run(call: Call): Promise<void> | void;
}

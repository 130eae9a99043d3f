import { type ErrorClass, QmpError } from '../qapi/errors.ts';
import type { QmpValue } from '../qapi/value.ts';
import { stringifyJson } from '../qmp/json.ts';
import { CommandError, UnknownCommandError } from './errors.ts';
import type { Result } from './types.ts';

/** What came of one line. */
export interface Outcome {
  /** the line as it was given */
  command: string;
  ok: boolean;
  /** what is shown: the command's output, or the message of its failure; ends with '\n' unless empty */
  text: string;
  /** the structured value, where the command has one */
  data?: QmpValue;
  error?: Error;
  /** 0 when ok; 1 a failure, 3 the VM or the connection was lost, 4 a wait timed out */
  exitCode: number;
  /** ended by the signal; `text` is '' then */
  cancelled?: boolean;
  /** the screen is to be cleared */
  clear?: boolean;
}

/** @param before what the command printed while it ran */
export function success(command: string, result: Result | undefined, before = ''): Outcome {
  const outcome: Outcome = { command, ok: true, text: before, exitCode: 0 };
  if (result === undefined) return outcome;
  if (result.kind === 'clear') return { ...outcome, text: '', clear: true };
  outcome.text += result.text;
  if (result.kind === 'data') outcome.data = result.data;
  return outcome;
}

function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown));
}

/** Errors may carry the exit status they call for, as CommandError and the QMP client's ConnectionLostError do. */
function exitCodeOf(error: Error): number {
  return 'exitCode' in error && typeof error.exitCode === 'number' ? error.exitCode : 1;
}

/** A CommandError's text stands as it is; what QMP refuses, and anything else, starts with `Error: `. */
function messageOf(error: Error): string {
  const text = error instanceof CommandError ? error.message : `Error: ${error.message}`;
  return text.endsWith('\n') ? text : `${text}\n`;
}

/** @param before what the command printed before it failed */
export function failure(command: string, thrown: unknown, before = ''): Outcome {
  const error = asError(thrown);
  return { command, ok: false, text: before + messageOf(error), error, exitCode: exitCodeOf(error) };
}

export function cancellation(command: string): Outcome {
  return { command, ok: false, text: '', exitCode: 1, cancelled: true };
}

function errorClass(error: Error | undefined): ErrorClass {
  if (error instanceof QmpError) return error.errorClass;
  return error instanceof UnknownCommandError ? 'CommandNotFound' : 'GenericError';
}

/**
 * One line of JSON output: `{"command": ..., "return": ...}`, or `"error": {class, desc}` in place of it.
 * A command that has text alone returns HumanReadableText, one without output an empty object.
 */
export function outcomeToJson(outcome: Outcome): string {
  const { command, error } = outcome;
  if (!outcome.ok) {
    const desc = outcome.cancelled ? 'cancelled' : (error?.message ?? outcome.text).trimEnd();
    return `${stringifyJson({ command, error: { class: errorClass(error), desc } })}\n`;
  }
  const bare: QmpValue = outcome.text === '' ? {} : { 'human-readable-text': outcome.text };
  return `${stringifyJson({ command, return: outcome.data === undefined ? bare : outcome.data })}\n`;
}

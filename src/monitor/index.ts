export { fullName, parseArgsType } from './args-type.ts';
export { applyCompletion, commonPrefix, type DirectoryEntry, type DirectoryLister } from './completion.ts';
export { ArgumentError, UnknownCommandError } from './errors.ts';
export { columns, hex, humanSize, onOff } from './format.ts';
export { formatHistory, History, type HistoryStore } from './history.ts';
export { type Outcome, outcomeToJson } from './outcome.ts';
export { mostSevere, runScript, type Script, type ScriptOptions, type ScriptStatus } from './script.ts';
export { createSession, type RunOptions, Session, type SessionOptions } from './session.ts';
export * from './types.ts';

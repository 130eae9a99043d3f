import { spawn } from 'node:child_process';
import type { ByteConnection } from '../../qmp/byte-connection.ts';
import { LastLines } from './last-lines.ts';

/** Runs a command with the shell; its output and input are the connection. */
export function connectProgram(name: string, command: string): ByteConnection {
  const child = spawn('/bin/sh', ['-c', command], { stdio: ['pipe', 'pipe', 'pipe'] });
  const complaints = new LastLines(child.stderr);
  let ended: { error: Error | null } | null = null;
  let closed: ((error: Error | null) => void) | null = null;
  const end = (error: Error | null) => {
    ended ??= { error };
    closed?.(ended.error);
    closed = null;
  };
  const kill = () => void child.kill();
  process.once('exit', kill);
  child.stdin.on('error', () => {}); // it ended: `close` says so
  child.on('error', end);
  child.on('close', code => {
    process.off('exit', kill);
    end(code === 0 ? null : new Error(complaints.text || `the command ended with status ${code}`));
  });
  return {
    name,
    write: text => void child.stdin.write(text),
    onData: listener => void child.stdout.on('data', listener),
    onClose: listener => {
      closed = listener;
      if (ended) end(ended.error);
    },
    close: () => {
      child.stdin.end();
      child.kill();
    },
  };
}

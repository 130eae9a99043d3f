import {
  type Candidate,
  type CommandContext,
  CommandError,
  type CompletionRequest,
  type Result,
  text,
} from '../../src/monitor/types.ts';

interface QemuIoArgs {
  qdev?: boolean;
  device: string;
  command: string;
}

/** `qemu-io [-d] device "command"`: what fails there says why by itself, and makes a script fail */
export async function qemuIo({ qmp }: CommandContext, args: QemuIoArgs): Promise<Result> {
  const { qdev = false, device, command } = args;
  const answer = await qmp.execute('x-qemu-io', { device, qdev, command });
  const said = answer['human-readable-text'];
  if (answer.failed) throw new CommandError(said.replace(/\n$/, ''));
  return text(said);
}

/** Drives and nodes, with -d the devices that have a drive. */
export async function completeQemuIo({ qmp, index, words }: CompletionRequest): Promise<Candidate[]> {
  if (index !== 1) return [];
  const drives = await qmp.execute('query-block');
  if (words.includes('-d')) {
    return drives.flatMap(({ qdev, device }) => (qdev === undefined ? [] : [{ text: qdev, help: device }]));
  }
  const nodes = await qmp.execute('query-named-block-nodes');
  return [
    ...drives.map(({ device, inserted }) => ({ text: device, help: inserted?.file ?? 'not inserted' })),
    ...nodes.map(({ 'node-name': name = '', file }) => ({ text: name, help: file })),
  ].filter(candidate => candidate.text !== '' && !candidate.text.startsWith('#'));
}

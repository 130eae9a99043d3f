/** Puts the parts together: command line, machine, monitor, and one of the ways in. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { runAttached } from './cli/attach/run-attached.ts';
import { runConsole } from './cli/console/run-console.ts';
import { EXIT, UsageError } from './cli/errors.ts';
import type { Invocation } from './cli/invocation.ts';
import { loadMachineConfig } from './cli/machine-config.ts';
import { isInteractive, openSession, scripted } from './cli/open-session.ts';
import { withOrigin } from './cli/options/origins.ts';
import { parseInvocation } from './cli/parse-invocation.ts';
import { installRoot } from './cli/paths.ts';
import { tolerateClosedOutput } from './cli/process/closed-output.ts';
import { daemonize, detach, isDaemon } from './cli/process/daemon.ts';
import { becomeUser, onOrphaned } from './cli/process/identity.ts';
import { writePidFile } from './cli/process/pid-file.ts';
import { report, setMessageFormat } from './cli/process/report.ts';
import { runScripts } from './cli/run-scripts.ts';
import { runService } from './cli/run-service.ts';
import { loadOptionTable, loadTables } from './cli/tables.ts';
import { runTerminal } from './cli/terminal.ts';
import { usage } from './cli/usage.ts';
import { VERSION } from './cli/version.ts';
import type { MachineConfig } from './core/config.ts';
import { openLocalMachine } from './host/local-machine.ts';
import type { MachineHandle } from './host/machine-handle.ts';
import { spawnMachine } from './host/spawn-machine.ts';
import { QmpError } from './qapi/errors.ts';
import { runMachine } from './run-machine.ts';

async function main(argv: readonly string[]): Promise<number> {
  const root = installRoot();
  const options = loadOptionTable(root);
  const warnings: string[] = [];
  const invocation = readingOptions(warnings, () => parseInvocation(options, argv, warnings));
  if (invocation.show === 'version') return print(`hmp ${VERSION}\n`);
  if (invocation.show === 'help') return print(usage(options));
  if (invocation.show) return print(invocation.show.text);
  setMessageFormat(invocation.program.messages);
  if (invocation.program.daemonize && !isDaemon()) return daemonize(argv);
  for (const warning of invocation.warnings) report(warning);
  prepareProcess(invocation.program);

  if (invocation.attach || !isService(invocation)) tolerateClosedOutput();
  return invocation.attach ? runAttached(root, invocation, invocation.attach) : runOwn(root, invocation);
}

/** Makes a machine and lets in whoever the command line says. */
async function runOwn(root: string, invocation: Invocation): Promise<number> {
  const config = loadMachineConfig(invocation.machine, {
    firmware: join(root, 'dist', 'guest', 'firmware.elf'),
    guest: join(root, 'dist', 'guest', 'guest.elf'),
  });
  const starting = startMachine(root, config, invocation);
  starting.catch(() => {}); // if it fails that is told below, unless the tables are wrong as well
  const treeFile = config.machineProperties['dumpdtb'];
  if (treeFile) return dumpTree(await starting, treeFile);
  if (isService(invocation)) return runService(await starting);
  const tables = await loadTables(root, invocation.tables);
  const machine = await starting;
  const session = await openSession(invocation, tables, machine.qmp);
  if (scripted(invocation)) return runScripts(session, machine, invocation);
  const json = invocation.output === 'json';
  if (invocation.console) {
    const { stdin, stdout } = process;
    return runConsole(session, machine, invocation.console, { stdin, stdout, json });
  }
  if (!isInteractive(invocation)) return runScripts(session, machine, invocation);
  return runTerminal(session, machine, { name: config.name, json });
}

/** @throws MachineRefusedError in the words of the command line, or UsageError */
async function startMachine(
  root: string,
  config: MachineConfig,
  invocation: Invocation,
): Promise<MachineHandle> {
  // A terminal must stay quick whatever the guest does, so there the machine has a thread of its own.
  const opening = drawsTerminal(invocation)
    ? spawnMachine(config, pathToFileURL(join(root, 'dist', 'machine-thread.js')))
    : openLocalMachine(parent => runMachine(config, parent));
  const machine = await opening.catch((error: Error) => {
    throw Object.assign(error, { message: withOrigin(error.message, invocation.origins) });
  });
  return settled(machine, invocation.program);
}

/** What the program does once there is one. */
function settled(
  machine: MachineHandle,
  { user, exitWithParent, daemonize }: Invocation['program'],
): MachineHandle {
  if (user) becomeUser(user);
  if (exitWithParent) onOrphaned(() => void machine.qmp.execute('quit').catch(() => {}));
  if (daemonize) detach();
  return machine;
}

/** What a command line is warned of is told also when it is refused. */
function readingOptions<T>(warnings: readonly string[], read: () => T): T {
  try {
    return read();
  } catch (error) {
    for (const warning of warnings) report(warning);
    throw error instanceof QmpError ? new UsageError(error.message) : error;
  }
}

/** What the program does before there is a machine. */
function prepareProcess({ title, pidFile }: Invocation['program']): void {
  if (title !== null) process.title = title;
  if (pidFile !== null) writePidFile(pidFile);
}

/** Whether the interface for people is what will run. */
function drawsTerminal(invocation: Invocation): boolean {
  return isInteractive(invocation) && !invocation.console;
}

/** Whether nobody is there but clients of QMP. */
function isService(invocation: Invocation): boolean {
  const own = scripted(invocation) || invocation.console || isInteractive(invocation);
  return !own && (invocation.service || (invocation.machine.monitors?.length ?? 0) > 0);
}

/** `-machine dumpdtb=`: the device tree is all that was wanted. */
async function dumpTree(machine: MachineHandle, filename: string): Promise<number> {
  await machine.qmp.execute('dumpdtb', { filename }).catch((error: Error) => {
    throw new UsageError(error.message);
  });
  await machine.qmp.execute('quit');
  await machine.ended;
  return EXIT.ok;
}

function print(text: string): number {
  tolerateClosedOutput();
  process.stdout.write(text);
  return EXIT.ok;
}

/** Runs the program; its exit status is the process's. */
export async function runProgram(argv: readonly string[]): Promise<void> {
  // Node gives signals their own effect back while it takes itself down: one that came late would change the status.
  process.once('beforeExit', () => process.exit());
  try {
    process.exitCode = await main(argv);
  } catch (error) {
    const expected = error instanceof Error && 'exitCode' in error;
    report(expected ? error.message : `defect: ${(error as Error).stack}`);
    process.exit(expected ? (error.exitCode as number) : EXIT.failed); // a machine that runs already must not keep us
  }
}

import type { ProgramPlan } from '../options/program.ts';

let format: ProgramPlan['messages'] = { timestamp: false, guestName: null };

/** What stands before messages from now on (`-msg`). */
export function setMessageFormat(messages: ProgramPlan['messages']): void {
  format = messages;
}

/** Tells whoever started the program, on the error output. */
export function report(message: string): void {
  const time = format.timestamp ? `${new Date().toISOString()} ` : '';
  const guest = format.guestName === null ? '' : `${format.guestName} `;
  process.stderr.write(`${time}${guest}hmp: ${message}\n`);
}

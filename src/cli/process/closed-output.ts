import { EXIT } from '../errors.ts';

/** `hmp ... | head` closes our stdout early: that is no error. Opens stdout, so it is for whoever writes there. */
export function tolerateClosedOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(EXIT.ok);
    throw error;
  });
}

import { type Logger, pino } from 'pino';

/** The log of a program: JSON lines on standard output, levels as words. Item texts and secrets are never handed to it. */
export function createLog(service: string, level: string): Logger {
  return pino(
    { level, base: { service, pid: process.pid }, formatters: { level: (label) => ({ level: label }) } },
    // Synchronous: pino's own destination writes later, and on exit it then tries for ever to write to a pipe whose
    // reader is gone (sonic-boom 4 retries on EPIPE), so that a program would outlive the parent that it is to end with.
    pino.destination({ dest: 1, sync: true }),
  );
}

import { type Logger, pino } from 'pino';
import type { Config } from '../config-schema.ts';

export type { Logger } from 'pino';

/** JSON lines on standard output. Item texts and secrets are never handed to it. */
export function createLog(level: Config['log']['level']): Logger {
  return pino({
    level,
    base: { service: 'eddy-proxy', pid: process.pid },
    formatters: { level: (label) => ({ level: label }) },
  });
}

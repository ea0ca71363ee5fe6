import type { Logger } from 'pino';
import { isLoopback } from './address.ts';
import type { ServerCommandOptions } from './command-options.ts';
import { createLog } from './log.ts';
import { untilStopRequested } from './stop-request.ts';

/** What is told when a service is up, besides its event and address; entries that are undefined are left out. */
type ListeningFields = Readonly<Record<string, string | number | undefined>>;

export interface StartedService {
  readonly service: AsyncDisposable & { readonly address: string };
  readonly fields: ListeningFields;
}

/**
 * The life of a server program: starts the service, tells where it listens (one JSON line on standard output with the
 * event `listening`), waits to be asked to end, drains.
 *
 * @param name stands in every log line as its service
 * @returns the exit code: 0 after a drain, 1 when the service could not start, with the reason on standard error.
 */
export async function runServiceProcess(
  name: string,
  options: ServerCommandOptions,
  start: (log: Logger) => Promise<StartedService>,
): Promise<number> {
  const log = createLog(name, options.logLevel);
  let started: StartedService;
  try {
    started = await start(log);
  } catch (error) {
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
  const { service, fields } = started;
  const stopRequested = untilStopRequested(options);
  if (!isLoopback(options.host) && options.tlsCert === undefined) {
    log.warn({ event: 'plain-text', host: options.host }, 'reachable from other machines without TLS; see --tls-cert');
  }
  log.info({ event: 'listening', address: service.address, ...fields });
  log.info({ event: 'draining', reason: await stopRequested });
  await service[Symbol.asyncDispose]();
  log.info({ event: 'stopped' });
  return 0;
}

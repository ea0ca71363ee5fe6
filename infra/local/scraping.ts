import { rm } from 'node:fs/promises';
import { probeAddress } from '../grpc/address.ts';
import { RULE_FILES } from '../prometheus/rule-files.ts';
import { writeTargetsFile } from '../prometheus/targets.ts';
import { StartError } from '../servers/child-process.ts';
import { findPrometheus, prometheusInstallation, startPrometheus } from '../servers/prometheus.ts';
import type { Stack } from './stack.ts';

export interface ScrapingOptions {
  readonly stack: Pick<Stack, 'targets'>;
  /** Where a Prometheus of somebody else's reads what to scrape (`file_sd`). */
  readonly targets?: string | undefined;
  /** The port of a Prometheus of our own; 0 takes a free one. */
  readonly prometheus?: number | undefined;
  readonly signal: AbortSignal;
  /** For people. */
  readonly tell: (line: string) => void;
}

/**
 * Looks whether the Prometheus that is asked for can be started, before all else is, and can say it in one line.
 *
 * @throws StartError where it is not installed; AddressError when the port is in use
 */
export async function checkScraping({ prometheus }: Pick<ScrapingOptions, 'prometheus'>): Promise<void> {
  if (prometheus === undefined) return;
  if (prometheus !== 0) await probeAddress('127.0.0.1', prometheus);
  if (!(await findPrometheus())) throw new StartError(`prometheus is not on the PATH (${prometheusInstallation})`);
}

/**
 * Has the stack scraped, as far as that is asked for. Disposing of it ends it: the file is removed, so that nobody looks for
 * what is gone.
 *
 * @throws StartError when Prometheus does not start; Error when the file can't be written
 */
export async function startScraping(options: ScrapingOptions): Promise<AsyncDisposable> {
  const { stack, targets, prometheus, signal, tell } = options;
  await using starting = new AsyncDisposableStack();
  if (targets !== undefined) {
    await writeTargetsFile(targets, stack.targets);
    starting.defer(() => rm(targets, { force: true }));
  }
  if (prometheus !== undefined) {
    const port = prometheus === 0 ? {} : { port: prometheus };
    const started = starting.use(
      await startPrometheus({ targets: stack.targets, ruleFiles: RULE_FILES, signal, ...port }),
    );
    tell(`Prometheus ${started.url}`);
  }
  return starting.move();
}

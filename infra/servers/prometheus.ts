import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { stringify } from 'yaml';
import { type Target, writeTargetsFile } from '../prometheus/targets.ts';
import { scaleRules } from '../prometheus/time-scale.ts';
import type { ChildProcess } from './child-process.ts';
import { StartError, startChildProcess } from './child-process.ts';
import { findExecutable } from './executable.ts';
import { freePort } from './free-port.ts';
import { connectPrometheus, type PrometheusApi, PrometheusError } from './prometheus-api.ts';
import { makeScratchFolder, type ScratchFolder } from './scratch-folder.ts';

/** A Prometheus of our own on 127.0.0.1. Disposing of it stops it and removes all that it has kept. */
export interface Prometheus extends PrometheusApi, AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  /**
   * What it scrapes from now on. Resolves when it was told; it takes up to ten seconds to heed it, which
   * {@link untilScraped} waits for.
   */
  setTargets(targets: readonly Target[]): Promise<void>;
  /**
   * Resolves when each of its targets, and no other, has been scraped and has answered.
   *
   * @throws PrometheusError after `timeoutMs`, by default 30,000, naming those that were not, and why
   */
  untilScraped(timeoutMs?: number): Promise<void>;
}

export interface PrometheusOptions {
  /** By default none. */
  targets?: readonly Target[];
  /** By default 1,000. */
  scrapeIntervalMs?: number;
  /** Files of rules; by default none. They must differ in their names. */
  ruleFiles?: readonly string[];
  /** By how much time in the rules passes faster, as scaleRules says; by default 1. 60 makes seconds of minutes. */
  timeScale?: number;
  /** By default a free one. */
  port?: number;
  /** Where `prometheus` is looked for; by default the PATH. */
  searchPath?: string;
  /** Aborting while it starts stops it and rejects with the signal's reason. */
  signal?: AbortSignal;
}

export const prometheusInstallation = 'Debian: apt-get install prometheus; macOS: brew install prometheus';

/** How often rules are evaluated where time is not scaled, in milliseconds; a production's usual setting. */
const EVALUATION_MS = 15_000;
const LEAST_EVALUATION_MS = 100;
const POLL_MS = 100;
const READY_TIMEOUT_MS = 15_000;

/** The path of `prometheus` where the search path, by default the PATH, has one. */
export function findPrometheus(searchPath?: string): Promise<string | undefined> {
  return findExecutable('prometheus', searchPath);
}

export async function isPrometheusInstalled(): Promise<boolean> {
  return (await findPrometheus()) !== undefined;
}

/**
 * @throws StartError when prometheus is not installed or does not start, because the port is in use or a rule is at fault
 * for example
 */
export async function startPrometheus(options: PrometheusOptions = {}): Promise<Prometheus> {
  const command = await findPrometheus(options.searchPath);
  if (!command) throw new StartError(`prometheus is not on the PATH (${prometheusInstallation})`);
  await using starting = new AsyncDisposableStack();
  const folder = starting.use(await makeScratchFolder('eddy-prometheus'));
  const config = await writeConfig(folder.path, options);
  const targets = join(folder.path, 'targets.json');
  await writeTargetsFile(targets, options.targets ?? []);
  const port = options.port ?? (await freePort());
  const child = await startProcess(command, folder.path, config, port, options.signal);
  starting.move();
  return running(child, port, folder, targets, options.targets ?? []);
}

async function writeConfig(folder: string, options: PrometheusOptions): Promise<string> {
  const { scrapeIntervalMs = 1_000, ruleFiles = [], timeScale = 1 } = options;
  const rules = join(folder, 'rules');
  await mkdir(rules);
  for (const file of ruleFiles) {
    const copy = join(rules, basename(file));
    await writeFile(copy, scaleRules(await readFile(file, 'utf8'), timeScale), { flag: 'wx' });
  }
  const evaluationMs = Math.max(LEAST_EVALUATION_MS, Math.round(EVALUATION_MS / timeScale));
  const config = join(folder, 'prometheus.yml');
  await writeFile(
    config,
    stringify({
      global: {
        scrape_interval: `${scrapeIntervalMs}ms`,
        scrape_timeout: `${scrapeIntervalMs}ms`,
        evaluation_interval: `${evaluationMs}ms`,
      },
      rule_files: [join(rules, '*')],
      scrape_configs: [
        {
          job_name: 'eddy',
          honor_labels: true,
          file_sd_configs: [{ files: [join(folder, 'targets.json')], refresh_interval: '1s' }],
        },
      ],
    }),
  );
  return config;
}

async function startProcess(
  command: string,
  folder: string,
  config: string,
  port: number,
  signal?: AbortSignal,
): Promise<ChildProcess> {
  const { child } = await startChildProcess({
    name: `prometheus on port ${port}`,
    command,
    args: [
      `--config.file=${config}`,
      `--web.listen-address=127.0.0.1:${port}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--log.level=info',
    ],
    // The line, not an answer alone, tells: on a port in use somebody else would answer.
    ready: (line) => (line.includes('Server is ready to receive web requests') ? true : undefined),
    readyTimeoutMs: READY_TIMEOUT_MS,
    ...(signal ? { signal } : {}),
  });
  try {
    const response = await fetch(`http://127.0.0.1:${port}/-/ready`, { signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`HTTP ${response.status}`);
    return child;
  } catch (cause) {
    await child.stop();
    throw new StartError(`prometheus on port ${port} does not say that it is ready`, { cause });
  }
}

function running(
  child: ChildProcess,
  port: number,
  folder: ScratchFolder,
  targetsFile: string,
  first: readonly Target[],
): Prometheus {
  const url = `http://127.0.0.1:${port}`;
  const api = connectPrometheus(url);
  let wanted = new Set(first.map(({ address }) => address));

  /** What keeps it from being as it should; undefined when nothing does. */
  async function notScrapedBecause(): Promise<string | undefined> {
    const targets = await api.targets();
    const known = new Map(targets.map((target) => [target.address, target]));
    const reasons = [...wanted.union(new Set(known.keys()))].flatMap((address) => {
      const target = known.get(address);
      if (!wanted.has(address)) return `${address} is scraped still`;
      if (target?.health === 'up') return [];
      return `${address} ${target?.lastError ? `fails: ${target.lastError}` : 'was not scraped yet'}`;
    });
    return reasons.length > 0 ? reasons.join('; ') : undefined;
  }

  return {
    ...api,
    url,
    port,
    pid: child.pid,
    async setTargets(targets) {
      await writeTargetsFile(targetsFile, targets);
      wanted = new Set(targets.map(({ address }) => address));
    },
    async untilScraped(timeoutMs = 30_000) {
      const giveUpAtMs = performance.now() + timeoutMs;
      for (;;) {
        const reason = await notScrapedBecause();
        if (reason === undefined) return;
        if (performance.now() >= giveUpAtMs) {
          throw new PrometheusError(
            `Prometheus at ${url} has not scraped its targets within ${timeoutMs} ms: ${reason}`,
          );
        }
        await sleep(POLL_MS);
      }
    },
    async [Symbol.asyncDispose]() {
      await child.stop();
      await folder[Symbol.asyncDispose]();
    },
  };
}

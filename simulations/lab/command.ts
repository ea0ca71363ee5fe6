import { readFile } from 'node:fs/promises';
import { CommanderError } from 'commander';
import { type Reporter, startReporter } from '../reporter.ts';
import { answerWhatIf } from './answer-what-if.ts';
import { growthIncidents, growthOf, growthTable } from './growth.ts';
import { hitTable } from './hit-table.ts';
import { checkExpectations, type Incident } from './incident.ts';
import { findIncident, incidentNames, listIncidents } from './incident-catalogue.ts';
import { type LabOptions, parseOptions } from './options.ts';
import { makeOutFolder } from './out-folder.ts';
import { rehearse } from './real/rehearse.ts';
import type { RunRecord } from './record.ts';
import { counted } from './report/columns.ts';
import { writeReport } from './report/files.ts';
import { writePictures } from './report/pictures.ts';
import { standingLines } from './report/standing-line.ts';
import { measureTable, verdictLines } from './report/table.ts';
import { runAll } from './run-all.ts';
import { checkRequest, isTooLarge, type OwnConfig, type RunRequest } from './run-incident.ts';
import { STRATEGY_NAMES, strategyNamed } from './strategies/strategies.ts';
import { parseSpec, specOf } from './strategy.ts';
import { stretched } from './stretch.ts';

/**
 * Answers the exit code: 0 when all that must hold held, 1 when not or when a run failed, 2 for a bad command line, 130 when
 * it was interrupted.
 */
export async function runCommand(argv: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const stop = new AbortController();
  const interrupt = () => stop.abort(new Error('interrupted'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  // Whoever reads the output may have had enough of it, which may be noticed only at the end.
  process.stdout.off('error', ignore).on('error', ignore).on('error', interrupt);
  try {
    const options = parseOptions(argv);
    if (options.list) return await tellWhatThereIs();
    return await run(options, argv, env, stop.signal);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (stop.signal.aborted && error === stop.signal.reason) return 130;
    process.stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
    process.stdout.off('error', interrupt);
  }
}

function ignore(): void {}

async function tellWhatThereIs(): Promise<number> {
  const tell = (name: string, text: string) => process.stdout.write(`  ${name.padEnd(20)} ${text}\n`);
  process.stdout.write('Incidents\n');
  for (const { name, title } of await listIncidents()) tell(name, title);
  process.stdout.write('\nStrategies\n');
  for (const name of STRATEGY_NAMES) tell(name, strategyNamed(name, []).about);
  return 0;
}

async function run(
  options: LabOptions,
  argv: readonly string[],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<number> {
  const reporter = startReporter();
  const incidents = await incidentsOf(options);
  const config = options.config === undefined ? undefined : await readOwn(options.config, env);
  const requests = incidents.flatMap((incident) => requestsOf(incident, options, config));
  const growth = options.all ? await growthRequests(options) : [];
  const isWhatIf = options.whatIf || (!options.real && requests.some(isTooLarge));
  if (!options.real) for (const request of [...requests, ...growth]) checkRequest(request);
  await using folders = new AsyncDisposableStack();
  folders.use(await makeOutFolder(options.out, '--out'));
  if (isWhatIf) {
    const ofEddy = requests.filter(({ strategy }) => strategy === 'eddy');
    if (ofEddy.length === 0)
      throw new Error('so many events can be answered for by a model only, and only eddy has one');
    const held = await answerWhatIf(ofEddy, { ...options, signal, reporter });
    return held.every(Boolean) ? 0 : 1;
  }
  if (options.pictures !== undefined) folders.use(await makeOutFolder(options.pictures, '--pictures'));

  const { records, agreements } = options.real
    ? await rehearse(requests, { ...options, env, signal, reporter })
    : { records: await runVirtually([...requests, ...growth], options, signal, reporter), agreements: [] };

  const shown = records.slice(0, records.length - growth.length);
  const held = agreements.map(({ passed }) => passed);
  for (const incident of incidents) {
    const ofIncident = shown.filter((record) => record.incident === incident.name);
    reporter.say(
      `\n${measureTable(ofIncident, { isTTY: process.stdout.isTTY, width: process.stdout.columns || 120 })}`,
    );
    for (const line of standingLines(ofIncident, 'eddy')) reporter.say(line);
    for (const record of ofIncident) for (const line of verdictLines(record)) reporter.say(line);
    held.push(...ofIncident.flatMap((record) => record.verdicts.map(({ passed }) => passed)));
  }
  tellHits(shown, reporter);
  if (growth.length > 0) held.push(...tellGrowth(records.slice(shown.length), reporter));

  const files = await writeReport(shown, {
    out: options.out,
    command: `npm run simulate -- ${argv.slice(2).join(' ')}`,
    incidents: Object.fromEntries(incidents.map(({ name, about }) => [name, about])),
    strategies: Object.fromEntries(STRATEGY_NAMES.map((name) => [name, strategyNamed(name, []).about])),
  });
  if (options.pictures !== undefined) {
    for (const file of await writePictures(shown, options.pictures)) reporter.say(`picture: ${file}`);
  }
  const failed = held.filter((passed) => !passed).length;
  reporter.say(`\nreport: ${files[0]}, and ${files.length - 1} more files beside it`);
  reporter.say(
    `${counted(shown.length, 'run')}, ${counted(held.length, 'statement')}: ${held.length - failed} hold, ${failed} do not`,
  );
  return failed > 0 ? 1 : 0;
}

async function incidentsOf({ incident, all, duration, replicas }: LabOptions): Promise<readonly Incident[]> {
  const names = all ? await incidentNames() : incident;
  const incidents = await Promise.all(
    names.map(async (name) => {
      const found = await findIncident(name);
      checkExpectations(found, STRATEGY_NAMES);
      const changed = { ...found, replicas: replicas ?? found.replicas };
      return duration === undefined ? changed : stretched(changed, duration);
    }),
  );
  for (const [name, [first, second]] of Map.groupBy(incidents, (one) => one.name)) {
    if (second) throw new Error(`${first!.file} and ${second.file} are both called ${name}: rename one of them`);
  }
  return incidents;
}

async function readOwn(file: string, env: NodeJS.ProcessEnv): Promise<OwnConfig> {
  try {
    return { file, text: await readFile(file, 'utf8'), env: { ...env } };
  } catch (cause) {
    throw new Error(`--config ${file}: can't be read (${(cause as NodeJS.ErrnoException).code})`, { cause });
  }
}

/** Of an incident the strategies that are wished for or, without a wish, those of which it expects something. */
function requestsOf(incident: Incident, options: LabOptions, config: OwnConfig | undefined): RunRequest[] {
  const expected = Object.keys(incident.expect);
  const specs = options.strategy ?? (config || expected.length === 0 ? ['eddy'] : expected);
  const requests = specs.map((spec) => {
    const { strategy, replicas = incident.replicas } = parseSpec(spec);
    const { seed, models = incident.models, rate = incident.rate } = options;
    return { incident, strategy, replicas, rate, models, seed, config };
  });
  // "eddy" and "eddy@3" may be the same.
  return [...new Map(requests.map((request) => [specOf(request.strategy, request.replicas), request])).values()];
}

async function growthRequests({ seed }: LabOptions): Promise<RunRequest[]> {
  const incidents = growthIncidents(await findIncident('model-down'));
  return incidents.flatMap((incident) =>
    Object.keys(incident.expect).map((strategy) => {
      const { replicas, rate, models } = incident;
      return { incident, strategy, replicas, rate, models, seed };
    }),
  );
}

function runVirtually(
  requests: readonly RunRequest[],
  { workers, seed }: LabOptions,
  signal: AbortSignal,
  { say, progress }: Reporter,
): Promise<RunRecord[]> {
  say(`${counted(requests.length, 'run')} in virtual time, seed ${seed}`);
  return runAll(requests, {
    workers,
    signal,
    onProgress: (share, done) => progress(`${Math.round(100 * share)} %: ${done} of ${requests.length} runs are over`),
  });
}

function tellHits(records: readonly RunRecord[], { say }: Reporter): void {
  const kept = records.filter(({ strategy, hits }) => strategy === 'memory-cache' && hits.length > 0);
  for (const ofIncident of Map.groupBy(kept, ({ incident }) => incident).values()) {
    say(
      `\n${ofIncident[0]!.title}: how often a prediction in a replica's memory was there\n(in percent: measured / published rule / exact)`,
    );
    say(hitTable(ofIncident));
  }
}

/** Answers for each statement whether it holds. */
function tellGrowth(records: readonly RunRecord[], { say }: Reporter): readonly boolean[] {
  const growth = growthOf(records);
  say(`\n${growthTable(growth)}`);
  for (const { text, passed } of growth.verdicts) say(`${passed ? 'PASS' : 'FAIL'}  ${text}`);
  return growth.verdicts.map(({ passed }) => passed);
}

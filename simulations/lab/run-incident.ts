import { parse, stringify } from 'yaml';
import { parseConfig } from '../../proxy/config.ts';
import type { Config, ModelConfig } from '../../proxy/config-schema.ts';
import type { ModelTraits } from '../world/model.ts';
import type { Setting } from '../world/setting.ts';
import { baseConfig, modelNames } from './base-config.ts';
import type { Incident } from './incident.ts';
import { beginFault, faultWindows, illModels, worldFaults } from './incident-faults.ts';
import { lastsMs } from './incident-schema.ts';
import { type Frame, hitsOf, measure, seriesOf } from './measures.ts';
import { overlaid } from './overlay.ts';
import { judge, type RunRecord } from './record.ts';
import type { Notes } from './recorder.ts';
import { capacityOf, type RunPlan } from './run-plan.ts';
import { runVirtual } from './run-virtual.ts';
import { strategyNamed } from './strategies/strategies.ts';
import { type ConfigOverlay, type Strategy, specOf } from './strategy.ts';

/** One run that is wished for: all of it can be handed to another thread. */
export interface RunRequest {
  readonly incident: Incident;
  readonly strategy: string;
  readonly replicas: number;
  /** Events per second, on average. */
  readonly rate: number;
  /** How many models, where no configuration names them. */
  readonly models: number;
  readonly seed: number;
  /** A configuration of one's own, as its file holds it. */
  readonly config?: OwnConfig | undefined;
}

export interface OwnConfig {
  readonly file: string;
  readonly text: string;
  /** What its variables stand for. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What is open when the load ends may take so much more, in milliseconds: what does not recover by then, does not. */
const SETTLE_MS = 600_000;

/**
 * Runs an incident in virtual time, takes the measures and judges them.
 *
 * @param progress told how much of it is over, 0 to 1
 * @throws IncidentError where the incident names what the run has not, ConfigError for a configuration at fault
 */
export async function runIncident(request: RunRequest, progress: (share: number) => void): Promise<RunRecord> {
  const { config, strategy } = configure(request);
  const plan = planRun(request, config, strategy);
  const { notes, durationMs } = await runVirtual(plan, progress);
  const { min, max } = plan.autoscaling;
  const capacity = min === max ? max * capacityOf(plan.setting, plan.ill) : undefined;
  return record(request, { models: Object.keys(config.models), notes, durationMs, capacity, mode: 'virtual' });
}

/** Event by event, more would take hours and all of the memory. */
const MAX_EVENTS = 1_000_000;

/** Whether a run has too many events to be run one by one. */
export function isTooLarge({ incident, rate }: Pick<RunRequest, 'incident' | 'rate'>): boolean {
  return (rate * lastsMs(incident)) / 1_000 > MAX_EVENTS;
}

/**
 * Looks whether a run could be made, before others are waited for.
 *
 * @throws as {@link runIncident}
 */
export function checkRequest(request: RunRequest): void {
  const { config, strategy } = configure(request);
  planRun(request, config, strategy);
}

/** What is measured, and what it was measured on. */
export interface Outcome {
  readonly models: readonly string[];
  readonly notes: Notes;
  readonly durationMs: number;
  /** Inputs per second that the ill model can answer after its return, where that does not change. */
  readonly capacity: number | undefined;
  readonly mode: RunRecord['mode'];
}

/** The record of a run, in virtual time or not. */
export function record(request: Omit<RunRequest, 'models'>, outcome: Outcome): RunRecord {
  const { incident, strategy, replicas, rate, seed } = request;
  const { models, notes, durationMs, capacity, mode } = outcome;
  const windows = faultWindows(incident, models);
  const ill = illModels(incident, models);
  const frame: Frame = {
    rate,
    models,
    ill,
    fromS: Math.floor(Math.min(...windows.map(({ fromMs }) => fromMs)) / 1_000),
    toS: Math.ceil(Math.max(...windows.map(({ toMs }) => toMs)) / 1_000),
    loadS: Math.floor(lastsMs(incident) / 1_000),
    durationS: Math.ceil(durationMs / 1_000),
    capacity,
  };
  const measures = measure(notes, frame);
  const expected = incident.expect[specOf(strategy, replicas)] ?? incident.expect[strategy] ?? {};
  return {
    incident: incident.name,
    title: incident.title,
    strategy,
    mode,
    seed,
    replicas,
    rate,
    models,
    ill,
    faults: windows.map(({ label, fromMs, toMs }) => ({ label, fromS: fromMs / 1_000, toS: toMs / 1_000 })),
    events: notes.events.size,
    series: seriesOf(notes, frame),
    measures,
    verdicts: judge(measures, expected),
    hits: hitsOf(notes, frame),
  };
}

/** The configuration that a run is made with, and the strategy that has changed it. */
export function configure({ strategy: name, models, config: own }: RunRequest): { config: Config; strategy: Strategy } {
  // What is wrong with one's own is told with its own lines.
  const names = own ? Object.keys(parseConfig(own.text, own.env, own.file).models) : modelNames(models);
  const strategy = strategyNamed(name, names);
  const raw: ConfigOverlay = own ? parse(own.text, { logLevel: 'error' }) : baseConfig(names);
  const text = stringify(addressed(overlaid(raw, strategy)));
  return {
    config: parseConfig(text, own?.env ?? {}, `${own?.file ?? "the lab's configuration"} as ${name}`),
    strategy,
  };
}

/** What a world goes by: each model at an address of its own, and that of a Redis to which nobody connects. */
function addressed(config: ConfigOverlay): ConfigOverlay {
  const cache = { url: 'redis://lab', ...(config['cache'] as ConfigOverlay) };
  const models = Object.entries(config['models'] as Record<string, ConfigOverlay>);
  return {
    ...config,
    cache,
    models: Object.fromEntries(models.map(([name, model]) => [name, { ...model, target: name }])),
  };
}

/** @throws IncidentError */
export function planRun(request: RunRequest, config: Config, strategy: Strategy): RunPlan {
  const { incident, replicas, rate, seed } = request;
  const names = Object.keys(config.models);
  const { latency, pods } = incident.model;
  const { min, max, step, target, lag, every } = pods;
  const { items, backlog } = incident.subscriptions;
  const setting: Setting = {
    config,
    roles: Array(replicas).fill('all'),
    models: names.map((name) => traitsOf(name, config.models[name]!, latency, pods.min)),
    subscriptions: { items: subscriptionOf(items), backlog: subscriptionOf(backlog) },
  };
  return {
    seed,
    strategy,
    setting,
    ill: illModels(incident, names)[0] ?? names[0]!,
    autoscaling: { min, max, step, target, lagMs: lag, everyMs: every },
    rate,
    mix: { ...incident.workload },
    faults: worldFaults(incident, names, replicas).map(({ atMs, forMs, fault }) => ({
      atMs,
      forMs,
      begin: (parts, mix) => beginFault(fault, parts, mix),
    })),
    loadMs: lastsMs(incident),
    settleMs: SETTLE_MS,
  };
}

/**
 * A model that gains nothing from batches, unless its configuration has batches that it then could not answer: a full one
 * takes half the model's time at the most, as whoever configured it will have seen to.
 */
function traitsOf(
  name: string,
  { reads, needs, batch, timeout }: ModelConfig,
  latencyMs: number,
  pods: number,
): ModelTraits {
  const serviceMs = Math.min(latencyMs, timeout / 4);
  const gain = batch.max > 1 ? (timeout / 2 / serviceMs - 1) / (batch.max - 1) : 1;
  return { name, reads, needs, servers: pods, serviceMs, perFurtherInput: Math.min(1, gain), spread: 0.2 };
}

function subscriptionOf({ ackDeadline, backoff }: Incident['subscriptions']['items']) {
  return {
    ackDeadlineMs: ackDeadline,
    retryPolicy: { minimumBackoffMs: backoff.min, maximumBackoffMs: backoff.max },
  };
}

import type { Incident } from '../incident.ts';
import { illModels } from '../incident-faults.ts';
import type { OwnConfig } from '../run-incident.ts';
import { type Calibration, calibrate } from './calibrate.ts';
import { fluidCaseOf, type Outage, outagesOf } from './case-of.ts';
import { compare, type ErrorTable, errorTable } from './compare.ts';
import { findingsOf } from './findings.ts';
import { runFluid } from './fluid.ts';
import type { Prices } from './prices.ts';
import { resultOf, type WhatIfResult } from './result.ts';
import { runSlices } from './run-slices.ts';
import type { SliceSeen } from './slice.ts';
import { callsFor, configureSlice, type SliceRequest, STRATEGY, withPodsFor } from './slice-request.ts';
import { planSlices } from './slices.ts';

/** A size that is too much to be run event by event. */
export interface WhatIfRequest {
  /** Its faults as long as they are to be: see `../stretch.ts`. Its pods are those for its own rate. */
  readonly incident: Incident;
  readonly replicas: number;
  /** Events per second. */
  readonly rate: number;
  /** How many models, where no configuration names them. */
  readonly models: number;
  readonly seed: number;
  readonly config?: OwnConfig | undefined;
  readonly prices: Prices;
  /** Threads for the runs by which the answer is calibrated and checked. */
  readonly workers: number;
  readonly signal: AbortSignal;
  /** Told how much of it is over, 0 to 1. */
  readonly onProgress: (share: number) => void;
}

/** What a run event by event was, as far as the answer refers to it. */
export interface SliceTold
  extends Pick<SliceSeen, 'replicas' | 'rate' | 'models' | 'events' | 'delayP99' | 'oldestUnackedS'> {
  readonly outageS: number;
}

export interface WhatIfAnswer {
  readonly incident: string;
  readonly title: string;
  readonly strategy: string;
  readonly rate: number;
  readonly replicas: number;
  readonly models: number;
  readonly ill: readonly string[];
  readonly outages: readonly Outage[];
  readonly assumptions: readonly string[];
  readonly calibration: Calibration & {
    readonly slices: readonly SliceTold[];
    /** Bytes of an entry with all models, and of an event. */
    readonly entryBytes: number;
    readonly eventBytes: number;
    /** Entries per event before the outage. */
    readonly entriesInCalm: number;
    /** The least and the most efficient of all runs, those that check included. */
    readonly efficiencies: readonly [number, number];
  };
  /** What does not hold at this size. */
  readonly findings: readonly string[];
  /** For the longest pause that the incident's backlog subscription has. */
  readonly result: WhatIfResult;
  /** The result's `drainS` for the most and the least efficient of all runs. */
  readonly drainRangeS: readonly [number | null, number | null];
  /** For other longest pauses. */
  readonly sensitivity: readonly WhatIfResult[];
  readonly errors: ErrorTable;
  readonly prices: Prices;
  readonly tookS: number;
}

/** The largest relative error that passes. */
const TOLERANCE = 0.15;
/** Longest pauses that are compared, in seconds; the last one is Pub/Sub's longest. */
const PAUSES_S = [10, 60, 600];
/** How long is looked on after the return, in seconds. */
export const PATIENCE_S = 3 * 3_600;
/** The step of the fluid model, and from which length of an outage on it is the double, in seconds. */
const STEP_S = 0.5;
const LONG_S = 2 * 3_600;

/**
 * Answers what an outage of models comes to at a size that is too much to be run event by event: by a fluid model
 * (`fluid.ts`), calibrated on event-by-event runs of slices that have the same rate per replica and capacity per event,
 * and checked against event-by-event runs of other sizes and durations.
 *
 * @throws WhatIfError for incidents that are no outages of models, IncidentError, ConfigError
 */
export async function whatIf(request: WhatIfRequest): Promise<WhatIfAnswer> {
  const startedMs = performance.now();
  const { incident, replicas, rate, prices, config: own } = request;
  const whole: SliceRequest = {
    incident: withPodsFor(incident, rate),
    replicas,
    rate,
    models: request.models,
    seed: request.seed,
    config: own,
  };
  const { config } = configureSlice(whole);
  const names = Object.keys(config.models);
  const outages = outagesOf(incident, names, config.backlog.mode);
  const plan = planSlices({ ...whole, incident }, outages[0]!, names);
  const requests = [...plan.calibration, ...plan.validation, plan.census];
  const { workers, signal, onProgress } = request;
  const seen = await runSlices(requests, { workers, signal, onProgress });
  const calibrating = seen.slice(0, plan.calibration.length);
  const validating = seen.slice(plan.calibration.length, -1);
  const census = seen.at(-1)!;
  const slice = calibrating[0]!;
  const { reset } = config.models[outages[0]!.models[0]!]!.breaker;
  const probeEveryS = reset / 1_000;
  const calibration = calibrate(calibrating, probeEveryS);
  const facts = { share: slice.share, holdS: slice.holdS };
  const rows = validating.map((one, index) => {
    const part = plan.validation[index]!;
    const outage = { ...outages[0]!, fromS: one.fromS, toS: one.toS };
    const patienceS = one.depth.length - one.toS;
    return compare(one, runFluid(fluidCaseOf(part, outage, calibration, { ...facts, patienceS }), STEP_S));
  });

  const entryBytes = census.entryBytes ?? slice.entryBytes ?? 0;
  const longest = Math.max(...outages.map(({ fromS, toS }) => toS - fromS));
  const stepS = longest > LONG_S ? 2 * STEP_S : STEP_S;
  const configuredS = incident.subscriptions.backlog.backoff.max / 1_000;
  const resultFor = (maxBackoffS: number, calibrated: Calibration = calibration): WhatIfResult => {
    const cases = outages.map((outage) =>
      fluidCaseOf(whole, outage, calibrated, { ...facts, patienceS: PATIENCE_S, maxBackoffS }),
    );
    return resultOf(cases, { stepS, entryBytes, replicas, prices });
  };
  const result = resultFor(configuredS);
  const efficiencies = [...calibrating, ...validating].map((one) => calibrate([one], probeEveryS).efficiency);
  const [least, most] = [Math.min(...efficiencies), Math.max(...efficiencies)];
  const drainFor = (efficiency: number) => resultFor(configuredS, { ...calibration, efficiency }).drainS;
  return {
    incident: incident.name,
    title: incident.title,
    strategy: STRATEGY,
    rate,
    replicas,
    models: names.length,
    ill: illModels(incident, names),
    outages,
    assumptions: assumptionsOf(whole, own),
    calibration: {
      ...calibration,
      slices: calibrating.map(told),
      entryBytes,
      eventBytes: slice.eventBytes,
      entriesInCalm: slice.entriesInCalm,
      efficiencies: [least, most],
    },
    findings: findingsOf({ slice, calibration, result, whole, config }),
    result,
    drainRangeS: [drainFor(most), drainFor(least)],
    sensitivity: PAUSES_S.map((pauseS) => (pauseS === configuredS ? result : resultFor(pauseS))),
    errors: errorTable(rows, TOLERANCE),
    prices,
    tookS: (performance.now() - startedMs) / 1_000,
  };
}

function told({ replicas, rate, models, events, delayP99, oldestUnackedS, fromS, toS }: SliceSeen): SliceTold {
  return { replicas, rate, models, events, delayP99, oldestUnackedS, outageS: toS - fromS };
}

function assumptionsOf(whole: SliceRequest, own: OwnConfig | undefined): string[] {
  const { min, max } = whole.incident.model.pods;
  const pods = `each model has ${min} to ${max} pods: as many per event as the incident gives it`;
  if (own) return [pods];
  return [
    pods,
    `the lab's configuration, with concurrency.initial of at least ${callsFor(whole)} for ${(whole.rate / whole.replicas).toFixed(1)} events/s per replica`,
  ];
}

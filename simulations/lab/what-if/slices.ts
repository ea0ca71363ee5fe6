import type { Incident } from '../incident.ts';
import { type Outage, WhatIfError } from './case-of.ts';
import { type SliceRequest, withPodsFor } from './slice-request.ts';

/** What is to be run event by event for an answer. */
export interface SlicePlan {
  /** All models, a few events: what an entry weighs. */
  readonly census: SliceRequest;
  readonly calibration: readonly SliceRequest[];
  /** Other sizes, durations and seeds than those that calibrate. */
  readonly validation: readonly SliceRequest[];
}

/** Events per second and replica beyond which even the smallest slices take more than a minute. */
const MOST_PER_REPLICA = 500;
/** A slice has at least so many events per second: fewer tell more of chance than of the system. */
const LEAST_RATE = 10;
const CALM_S = 10;
/** Between the end of an outage and the end of a slice, beyond what the drain takes. */
const AFTER_S = 15;
/** The share of the capacity that a drain is reckoned with, to know how long to look on. */
const ASSUMED_EFFICIENCY = 0.6;
/** The shortest outage of a slice, in seconds. */
const SHORTEST_S = 10;
/** Events and deliveries of slices, by how many times the smallest size they have: 1,000 take some 200 ms of one core. */
const CALIBRATION: readonly Part[] = [
  { times: 1, work: 36_000, longestS: 100 },
  { times: 2, work: 32_000, longestS: 80 },
];
const VALIDATION: readonly Part[] = [
  { times: 1, work: 24_000, longestS: 70 },
  { times: 2, work: 24_000, longestS: 100 },
  { times: 3, work: 28_000, longestS: 80 },
];
const CENSUS_S = 8;
/** So many ill models show what more of them would, and one that is well beside them. */
const ILL_MODELS = 2;

interface Part {
  readonly times: number;
  readonly work: number;
  readonly longestS: number;
}

/**
 * Slices with the rate per replica and the capacity per event of the request: what one replica sees is the same as in the
 * whole.
 *
 * @param models the names of all models
 * @throws WhatIfError for more events per replica than can be run event by event in time
 */
export function planSlices(request: SliceRequest, outage: Outage, models: readonly string[]): SlicePlan {
  const perReplica = request.rate / request.replicas;
  if (perReplica > MOST_PER_REPLICA) {
    throw new WhatIfError(
      `${Math.round(perReplica)} events/s per replica are too much to be calibrated on: at most ${MOST_PER_REPLICA}. Raise --replicas or lower --rate.`,
    );
  }
  const least = Math.max(1, Math.ceil(LEAST_RATE / perReplica));
  const ill = outage.models.slice(0, ILL_MODELS);
  const few = Math.min(models.length, Math.max(...ill.map((model) => models.indexOf(model))) + 2);

  const slice = (seed: number, { times, work, longestS }: Part): SliceRequest => {
    const replicas = least * times;
    const rate = perReplica * replicas;
    const outageS = Math.round(Math.min(longestS, Math.max(SHORTEST_S, longestFor(rate, work))));
    return {
      ...request,
      incident: outageOf(request.incident, { ...outage, models: ill }, rate, outageS),
      replicas,
      rate,
      models: few,
      seed,
    };
  };

  return {
    census: {
      ...request,
      incident: outageOf(request.incident, { ...outage, models: ill }, LEAST_RATE, CENSUS_S),
      replicas: 1,
      rate: LEAST_RATE,
      models: models.length,
    },
    calibration: CALIBRATION.map((part, index) => slice(request.seed + index, part)),
    validation: VALIDATION.map((part, index) => slice(request.seed + CALIBRATION.length + index, part)),
  };
}

/** The longest outage for which a slice stays within its work: `rate × (t + 4t + t²/20)`, with pauses of about 10 s. */
function longestFor(rate: number, work: number): number {
  const turns = work / rate - CALM_S - AFTER_S;
  return turns > 0 ? 10 * (Math.sqrt(25 + turns / 5) - 5) : 0;
}

/** The incident with this outage alone, at its beginning, for so long, with the pods for the rate. */
function outageOf(incident: Incident, { kind, models }: Outage, rate: number, outageS: number): Incident {
  const sized = withPodsFor(incident, rate);
  return {
    ...sized,
    calm: CALM_S * 1_000,
    after: afterS(sized, rate, outageS) * 1_000,
    faults: models.map((model) => ({ kind, model, at: 0, for: outageS * 1_000 })),
  };
}

/** How long to look on after the return. */
function afterS({ model: { latency, pods } }: Incident, rate: number, outageS: number): number {
  const spare = (ASSUMED_EFFICIENCY * pods.min * 1_000) / latency - rate;
  const drainS = spare > 0 ? (rate * outageS) / spare : outageS;
  return Math.ceil(AFTER_S + Math.min(2 * outageS, 1.3 * drainS));
}

import type { FluidCase, FluidRun } from './fluid.ts';
import type { SliceSeen } from './slice.ts';

/** 50 events a second, a model that could answer 200, two minutes of outage. For tests. */
export const FLUID_CASE: FluidCase = {
  arrivals: 50,
  fromS: 10,
  toS: 130,
  patienceS: 300,
  perPod: 20,
  pods: { min: 10, max: 10, step: 4, target: 0.7, lagMs: 30_000, everyMs: 15_000 },
  maxBusyPods: 100,
  efficiency: 0.9,
  backlogShare: 0.2,
  returnWithinS: 2,
  probeEveryS: 2,
  backoffS: { min: 1, max: 10 },
  slots: 2_000,
  holdS: 0.02,
  turnS: 15,
  maxAgeS: 86_400,
};

/** What would have been seen of a run of {@link FLUID_CASE} with steps of half a second, second by second. */
export function seenOf({ depth, deliveries }: FluidRun): SliceSeen {
  const { arrivals, fromS, toS, perPod, pods, holdS } = FLUID_CASE;
  const seconds = Math.floor(depth.length / 2);
  const each = <T>(of: (second: number) => T) => Array.from({ length: seconds }, (_, second) => of(second));
  return {
    replicas: 5,
    rate: arrivals,
    seed: 1,
    models: 2,
    fromS,
    toS,
    published: each(() => arrivals),
    depth: each((second) => depth[2 * second + 1]!),
    deliveries: each((second) => deliveries[2 * second]! + deliveries[2 * second + 1]!),
    capacity: each(() => perPod * pods.min),
    entryBytes: 500,
    eventBytes: 200,
    entriesInCalm: 0,
    share: 1,
    holdS,
    delayP99: 0.1,
    oldestUnackedS: 0.5,
    events: seconds * arrivals,
  };
}

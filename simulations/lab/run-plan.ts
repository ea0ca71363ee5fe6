import type { Breakable } from '../world/faults.ts';
import type { Setting } from '../world/setting.ts';
import type { Autoscaling } from './autoscaler.ts';
import type { ListingMix } from './listings.ts';
import type { Strategy } from './strategy.ts';

/** All that determines a run in virtual time. Times are milliseconds since the begin of the load. */
export interface RunPlan {
  readonly seed: number;
  readonly strategy: Strategy;
  readonly setting: Setting;
  /** The model that the series tell of as the ill one. */
  readonly ill: string;
  readonly autoscaling: Autoscaling;
  /** Events per second, on average. */
  readonly rate: number;
  readonly mix: ListingMix;
  readonly faults: readonly PlannedFault[];
  /** How long events are published. */
  readonly loadMs: number;
  /** How long all that is open then may take. */
  readonly settleMs: number;
}

export interface PlannedFault {
  readonly atMs: number;
  readonly forMs: number;
  /** Lets it begin, and answers what ends it. */
  readonly begin: (parts: Breakable, mix: ListingMix) => () => void;
}

/** Inputs per second that one server of a model can answer, in full batches. */
export function capacityOf({ models, config }: Setting, name: string): number {
  const { serviceMs, perFurtherInput = 0 } = models.find((traits) => traits.name === name)!;
  const { max } = config.models[name]!.batch;
  return (1_000 * max) / (serviceMs * (1 + (max - 1) * perFurtherInput));
}

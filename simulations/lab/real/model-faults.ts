import type { DeepPartial, SetFaultsRequest } from '../../../proto/generated/models/v1/faults.ts';
import type { TimedFault } from '../incident-faults.ts';

/** What the fault switch of a model is set to. */
export type ModelFaults = DeepPartial<SetFaultsRequest>;

export type ModelFault = Extract<TimedFault['fault'], { readonly model: string }>;

/** The simulated models' spread: the 99th percentile of a log-normal distribution with a sigma of 0.3, in medians. */
const P99_OF_MEDIAN = Math.exp(0.3 * 2.326);

/** How a model of the stack is when it is well: it takes that long, in milliseconds, however many calls there are. */
export function usualFaults(medianMs: number): ModelFaults {
  return { latency: { medianMs, p99Ms: medianMs * P99_OF_MEDIAN } };
}

/** @returns what the switch is set to for a fault; undefined where it has nothing of that kind */
export function modelFaults(fault: ModelFault, usualMs: number): ModelFaults | undefined {
  switch (fault.kind) {
    case 'model down':
    case 'model flapping':
      return { down: true };
    case 'model hanging':
      return { hang: true };
    case 'model slow':
      return usualFaults(usualMs * fault.factor);
    case 'model late':
      return { latency: { medianMs: fault.medianMs, p99Ms: fault.p99Ms } };
    case 'model failing': {
      const rate = fault.share / fault.codes.length;
      return { ...usualFaults(usualMs), errors: fault.codes.map((code) => ({ code, rate })) };
    }
    case 'model answering garbage':
      return { ...usualFaults(usualMs), garbageRate: fault.share };
    case 'model refusing inputs':
    case 'model deployed':
      return undefined;
  }
}

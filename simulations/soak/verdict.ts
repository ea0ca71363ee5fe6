import { lowestOf, medianOf, type Point, trendOf } from './trend.ts';
import type { Vitals } from './vitals.ts';

/** A sample of one process. */
export interface Sample extends Vitals {
  /** Milliseconds since the run began. */
  readonly atMs: number;
}

/** What is judged of a process. */
export type Judged = 'heapBytes' | 'rssBytes' | 'fds' | 'handles';

export interface Finding {
  /** The middle of the lowest values in the first third of the judged time, and in the last. */
  readonly first: number;
  readonly last: number;
  readonly slopePerHour: number;
  readonly verdict: 'flat' | 'growing' | 'too short';
}

/**
 * What is judged must have lasted as long, in milliseconds: until then V8 and malloc are still taking what they use. It is
 * half a minute less than a run of {@link SHORTEST_RUN_MS} has after the beginning, for samples that come late.
 */
const SHORTEST_JUDGED_MS = 7.5 * 60_000;
/** A run of that many milliseconds is long enough for a verdict. */
export const SHORTEST_RUN_MS = 10 * 60_000;
/** The beginning, in which caches fill and code is compiled, is not judged. */
export const WARM_UP_SHARE = 0.2;
/** The judged time is cut into that many spans; of each, the lowest sample counts. Of 30 minutes each has one minute. */
const SPANS = 24;
/** The slope must be that many standard errors above level: by chance that happens once in some hundred series. */
const SIGNIFICANT_ERRORS = 3;

const MIB = 1_048_576;

/**
 * What may be added over the judged time: the larger of a share of the level and an amount. The heap after a collection
 * is the measure that can be trusted: it moves by some tenths of a MiB with what is in work. The RSS is that of a program
 * which gives memory back when it likes; it is a backstop for what lies outside of V8's heap, and has more room.
 */
const TOLERANCES: Readonly<Record<Judged, { readonly share: number; readonly amount: number }>> = {
  heapBytes: { share: 0.05, amount: 1.5 * MIB },
  rssBytes: { share: 0.2, amount: 16 * MIB },
  fds: { share: 0.1, amount: 3 },
  handles: { share: 0.1, amount: 5 },
};

/** The rule in words, for people. */
export const RULE =
  `flat or growing is said of ${SHORTEST_JUDGED_MS / 60_000} minutes and more. growing: over the judged time (all but the first ${WARM_UP_SHARE * 100} %), the line through the lowest values of ${SPANS} equal ` +
  `spans rises by more than the tolerance, and its slope is more than ${SIGNIFICANT_ERRORS} standard errors above level. ` +
  'Tolerances: heap after GC 5 % or 1.5 MiB, RSS 20 % or 16 MiB, file descriptors 10 % or 3, handles 10 % or 5, ' +
  'whichever is larger. Everything else is flat.';

/** Judges one measure of a process; the samples are those of one life of it, in the order of time. */
export function judge(samples: readonly Sample[], measure: Judged, fromMs: number): Finding {
  const points: Point[] = samples
    .filter(({ atMs }) => atMs >= fromMs)
    .map((sample) => ({ hours: sample.atMs / 3_600_000, value: sample[measure] }));
  const lowest = lowestOf(points, SPANS);
  const { slope, slopeError } = trendOf(lowest);
  const third = Math.max(1, Math.floor(lowest.length / 3));
  const first = medianOf(lowest.slice(0, third).map(({ value }) => value));
  const last = medianOf(lowest.slice(-third).map(({ value }) => value));
  const judgedHours = points.length > 1 ? points.at(-1)!.hours - points[0]!.hours : 0;
  const found = { first, last, slopePerHour: slope };
  if (judgedHours * 3_600_000 < SHORTEST_JUDGED_MS) return { ...found, verdict: 'too short' };
  const { share, amount } = TOLERANCES[measure];
  const isGrowing = slope * judgedHours > Math.max(share * first, amount) && slope > SIGNIFICANT_ERRORS * slopeError;
  return { ...found, verdict: isGrowing ? 'growing' : 'flat' };
}

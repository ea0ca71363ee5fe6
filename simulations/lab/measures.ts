import { quantile } from 'simple-statistics';
import type { DeliveryHits, Measures, SeriesName } from './record.ts';
import { SERIES } from './record.ts';
import type { EventNotes, Notes } from './recorder.ts';

/** What the measures of a run are taken by, besides its notes. Times are seconds since the begin of the load. */
export interface Frame {
  /** Events per second. */
  readonly rate: number;
  readonly models: readonly string[];
  /** Models that a fault concerns. */
  readonly ill: readonly string[];
  /** From the first fault's begin to the last one's end. */
  readonly fromS: number;
  readonly toS: number;
  /** How long events were published, and how long the run was. */
  readonly loadS: number;
  readonly durationS: number;
  /** Inputs per second that the ill model can answer after its return, where that does not change. */
  readonly capacity: number | undefined;
}

/** Loads are means over so many seconds: shorter ones tell more of chance than of the system. */
const WINDOW_S = 10;
/** What is published takes this long to arrive at a model, at the most, when nothing is late. */
const ARRIVAL_S = 2;
/** A drain of fewer events than this tells nothing of its pace. */
const MIN_DRAIN = 100;

/** Takes the measures of a run. */
export function measure(notes: Notes, frame: Frame): Measures {
  const { rate, models, ill, fromS, toS, loadS, durationS, capacity } = frame;
  const healthy = models.filter((model) => !ill.includes(model));
  const published = secondsOf(notes.series.get('published'), loadS);
  const arriving = arrivingOf(published);
  const ideal = arriving.map(({ most }) => Math.max(rate, most));
  const relative = (values: readonly number[]) => means(values).map((value, second) => value / ideal[second]!);
  const healthyLoads = healthy.map((model) => secondsOf(notes.inputs.get(model), loadS));
  const healthyRelative = healthyLoads.map(relative);
  const offered = ill[0] ? means(secondsOf(notes.offered.get(ill[0]), durationS)) : [];

  const events = [...notes.events.values()].filter(({ isClosed }) => !isClosed);
  const duringMs = { from: fromS * 1_000, to: toS * 1_000 };
  const isDuring = ({ publishedAtMs }: EventNotes) => publishedAtMs >= duringMs.from && publishedAtMs < duringMs.to;
  const delays = events.filter(isDuring).flatMap(delayOf(healthy, durationS));
  const owedAtEnd = events.filter(({ publishedAtMs }) => publishedAtMs < duringMs.to);
  const doneAtS = owedAtEnd.map((event) => decidedAtMs(event, event.models) / 1_000);
  const owed = doneAtS.filter((doneS) => doneS > toS).length;
  const lastS = doneAtS.reduce((latest, doneS) => Math.max(latest, doneS), toS);
  const recovery = Number.isFinite(lastS) ? lastS - toS : null;
  const spare = (capacity ?? 0) - rate;
  const best = spare > 0 && owed >= MIN_DRAIN ? owed / spare : undefined;
  const calls = [...notes.dependencyCalls.values()];
  const sumDuring = (values: readonly number[]) => sum(values.slice(fromS, toS));
  const publishedDuring = sumDuring(published);

  return {
    healthyPeak: greatest(healthyRelative.flat()),
    healthyMean:
      publishedDuring > 0 ? greatest(healthyLoads.map((values) => sumDuring(values) / publishedDuring)) : null,
    healthyTrough: least(
      healthyLoads.flatMap((values) =>
        means(values)
          .map((load, second) => (arriving[second]!.least > 0 ? load / arriving[second]!.least : 1))
          .slice(fromS + WINDOW_S - 1, toS),
      ),
    ),
    healthyAsks: greatest(
      healthy
        .filter((model) => concerned(model) > 0)
        .map((model) => sum([...(notes.inputs.get(model)?.values() ?? [])]) / concerned(model)),
    ),
    proxyPeak: greatest(relative(secondsOf(notes.series.get('proxyLoad'), loadS))),
    illPeakAfter: greatest(offered.slice(toS + WINDOW_S - 1)),
    oldestUnacked: greatest(secondsOf(notes.series.get('oldestUnacked'), durationS)),
    delayP50: delays.length > 0 ? quantile(delays, 0.5) : null,
    delayP99: delays.length > 0 ? quantile(delays, 0.99) : null,
    recovery,
    drain: best !== undefined && recovery !== null ? recovery / best : null,
    dependencyCalls: notes.events.size > 0 ? sum(calls) / notes.events.size : null,
    dependencyCallsMost: greatest(calls),
    firstRetryHits: hitsOf(notes, frame).find(({ retry }) => retry === 1)?.hitShare ?? null,
    latencyError: notes.latencyErrorMs === undefined ? null : notes.latencyErrorMs / 1_000,
    abandoned: events.filter(({ isAbandoned }) => isAbandoned).length,
    lost: events.filter((event) => !Number.isFinite(decidedAtMs(event, event.models))).length,
  };

  function concerned(model: string): number {
    return [...notes.events.values()].filter((event) => event.models.includes(model)).length;
  }
}

/** The series of a run, for as long as events were published. */
export function seriesOf(
  notes: Notes,
  { models, ill, loadS, durationS }: Frame,
): Record<SeriesName, readonly (number | null)[]> {
  const loads = new Map(models.map((model) => [model, secondsOf(notes.inputs.get(model), loadS)]));
  const healthy = models.filter((model) => !ill.includes(model));
  const busiest = healthy.toSorted((a, b) => peak(loads.get(b)!) - peak(loads.get(a)!))[0];
  const made: Partial<Record<SeriesName, readonly (number | null)[]>> = {
    healthyLoad: busiest ? loads.get(busiest)! : Array(loadS).fill(null),
    illLoad: ill[0] ? loads.get(ill[0])! : Array(loadS).fill(null),
    delay: medianDelays(notes, healthy, loadS, durationS),
  };
  const names = Object.keys(SERIES) as SeriesName[];
  return Object.fromEntries(
    names.map((name) => [name, made[name] ?? secondsOf(notes.series.get(name), loadS)]),
  ) as Record<SeriesName, readonly (number | null)[]>;
}

/** How often healthy models need not be asked again, by the number of redeliveries. */
export function hitsOf({ deliveries }: Notes, { models, ill }: Frame): DeliveryHits[] {
  const healthy = models.filter((model) => !ill.includes(model));
  return deliveries.flatMap((notes, retry) => {
    const total = (counts: ReadonlyMap<string, number>) => sum(healthy.map((model) => counts.get(model) ?? 0));
    const count = notes ? total(notes.knowable) : 0;
    return count > 0 ? [{ retry, knowable: count, hitShare: 1 - total(notes!.asked) / count }] : [];
  });
}

/** When the last of the models' topics was decided, in milliseconds; infinite when one was not. */
function decidedAtMs({ decidedAtMs: decided, publishedAtMs }: EventNotes, models: readonly string[]): number {
  return models.reduce(
    (latest, model) => Math.max(latest, decided.get(model) ?? Number.POSITIVE_INFINITY),
    publishedAtMs,
  );
}

/**
 * Answers an event's delay until it was decided on all healthy topics, in seconds; none where it concerns none of them.
 * What was not decided by the end of the run counts as if it was then: its delay is at least that.
 */
function delayOf(healthy: readonly string[], durationS: number) {
  return (event: EventNotes): number[] => {
    const concerned = event.models.filter((model) => healthy.includes(model));
    if (concerned.length === 0) return [];
    return [(Math.min(decidedAtMs(event, concerned), durationS * 1_000) - event.publishedAtMs) / 1_000];
  };
}

function medianDelays(notes: Notes, healthy: readonly string[], loadS: number, durationS: number): (number | null)[] {
  const bySecond: number[][] = Array.from({ length: loadS }, () => []);
  const delay = delayOf(healthy, durationS);
  for (const event of notes.events.values()) {
    if (!event.isClosed) bySecond[Math.floor(event.publishedAtMs / 1_000)]?.push(...delay(event));
  }
  return bySecond.map((delays) => (delays.length > 0 ? quantile(delays, 0.5) : null));
}

function secondsOf(buckets: ReadonlyMap<number, number> | undefined, lengthS: number): number[] {
  return Array.from({ length: lengthS }, (_, second) => buckets?.get(second) ?? 0);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const peak = (values: readonly number[]) => greatest(means(values)) ?? 0;

// A long run has more values than a call may have arguments.
function greatest(values: readonly number[]): number | null {
  return values.length > 0 ? values.reduce((most, value) => Math.max(most, value)) : null;
}

function least(values: readonly number[]): number | null {
  return values.length > 0 ? values.reduce((fewest, value) => Math.min(fewest, value)) : null;
}

/** The mean of the window that ends with each second; at the begin, of as many seconds as there are. */
function means(values: readonly number[]): number[] {
  return values.map((_, second) => {
    const window = values.slice(Math.max(0, second + 1 - WINDOW_S), second + 1);
    return sum(window) / window.length;
  });
}

/**
 * What arrives in the window that ends with each second when nothing is wrong: between the least and the most that was
 * published in a window that ended with it or up to {@link ARRIVAL_S} before.
 */
function arrivingOf(published: readonly number[]): { readonly least: number; readonly most: number }[] {
  const loads = means(published);
  return loads.map((_, second) => {
    const near = loads.slice(Math.max(0, second - ARRIVAL_S), second + 1);
    return { least: Math.min(...near), most: Math.max(...near) };
  });
}

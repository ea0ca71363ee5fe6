import type { RunRecord, SeriesName } from '../record.ts';
import { formatNumber } from './format.ts';
import type { Ink } from './palette.ts';
import { meanBefore } from './thin.ts';

/** A line of a chart, second by second. */
export interface Line {
  readonly label: string;
  readonly ink: Ink;
  /** Pixels drawn and left out; a line without is solid. */
  readonly dash?: readonly number[];
  /** Pixels. */
  readonly width: number;
  readonly isFilled?: boolean;
  /** What the others are held against: the chart's scale need not reach it. */
  readonly isReference?: boolean;
  readonly values: readonly (number | null)[];
}

/** What a chart is about. */
export interface Quantity {
  readonly title: string;
  /** What one has to know to read it. */
  readonly note: string;
  readonly unit: '/s' | 's' | 'messages';
  /** The axis reaches at least this far, so that noise does not look like a mountain. */
  readonly floor: (records: readonly RunRecord[]) => number;
  /**
   * The axis reaches at most this far; what is beyond is cut off and marked. Only where something small must stay
   * legible: the ideal.
   */
  readonly ceiling?: (records: readonly RunRecord[]) => number;
  /** The first one is the one whose peak is told. */
  readonly lines: (record: RunRecord, records: readonly RunRecord[]) => readonly Line[];
}

/** Loads and delays are shown as the mean over the seconds before; the measures have loads in the same way. */
export const MEAN_OVER_S = 10;

const REFERENCE_DASH = [2, 3];
/** Of the height, the share at which the ideal is still told from zero. */
const LEAST_IDEAL_SHARE = 1 / 40;
/** By so much must what is published exceed the rate before it gets a line of its own: less is chance. */
const NOTABLE_BURST = 1.5;

const smooth = (record: RunRecord, name: SeriesName) => meanBefore(record.series[name], MEAN_OVER_S);
const fastest = (records: readonly RunRecord[]) => Math.max(...records.map(({ rate }) => rate));

const healthy = (record: RunRecord): Line => ({
  label: 'busiest healthy model',
  ink: 'load',
  width: 2,
  values: smooth(record, 'healthyLoad'),
});

const proxies = (record: RunRecord): Line => ({
  label: 'proxies',
  ink: 'proxy',
  width: 2,
  values: smooth(record, 'proxyLoad'),
});

function references(record: RunRecord, records: readonly RunRecord[]): Line[] {
  const ideal: Line = {
    label: new Set(records.map(({ rate }) => rate)).size > 1 ? 'ideal' : `ideal, ${formatNumber(record.rate)}/s`,
    ink: 'ink',
    width: 1.3,
    dash: REFERENCE_DASH,
    isReference: true,
    values: record.series.published.map(() => record.rate),
  };
  const isBursting = records.some((one) =>
    smooth(one, 'published').some((value, second) => second >= MEAN_OVER_S && (value ?? 0) > NOTABLE_BURST * one.rate),
  );
  if (!isBursting) return [ideal];
  const published = { ...ideal, label: 'events published', ink: 'muted', dash: [8, 3, 2, 3], width: 1.3 } as const;
  return [ideal, { ...published, values: smooth(record, 'published') }];
}

const LOAD = {
  unit: '/s',
  note: `each point the mean over the ${MEAN_OVER_S} s before`,
  floor: (records) => 2 * fastest(records),
  ceiling: (records) => fastest(records) / LEAST_IDEAL_SHARE,
} as const satisfies Partial<Quantity>;

const TIME = { unit: 's', floor: () => 4 } as const satisfies Partial<Quantity>;

const oldest = (record: RunRecord): Line => ({
  label: 'oldest event not acknowledged, age',
  ink: 'wait',
  width: 2,
  dash: [6, 3],
  values: record.series.oldestUnacked,
});

const delay = (record: RunRecord): Line => ({
  label: 'time until a new event is decided, median',
  ink: 'delay',
  width: 1.8,
  values: smooth(record, 'delay'),
});

/** What can be drawn, by the name that `renderPicture` knows it by. */
export const QUANTITIES = {
  healthy: {
    ...LOAD,
    title: 'Load on the busiest healthy model',
    note: `${LOAD.note}; what arrives may vary by chance around the ideal`,
    lines: (record, records) => [healthy(record), ...references(record, records)],
  },
  proxies: {
    ...LOAD,
    title: 'Messages handed to the proxies',
    note: `${LOAD.note}; of both queues, redeliveries included`,
    lines: (record, records) => [proxies(record), ...references(record, records)],
  },
  ill: {
    ...LOAD,
    title: 'Load on the ill model',
    // A capacity far above the load would flatten the load: it is then beyond the scale, and marked.
    floor: (records) => {
      const most = Math.max(fastest(records), ...records.map((one) => peakOf(smooth(one, 'illLoad'))));
      const capacity = Math.max(...records.map((one) => peakOf(one.series.illCapacity)));
      return Math.max(2 * fastest(records), capacity <= 3 * most ? capacity : 1.2 * most);
    },
    lines: (record) => [
      { label: 'ill model', ink: 'ill', width: 2, values: smooth(record, 'illLoad') },
      {
        label: 'what it could answer',
        ink: 'ink',
        width: 1.3,
        dash: REFERENCE_DASH,
        isReference: true,
        values: record.series.illCapacity,
      },
    ],
  },
  waiting: {
    ...TIME,
    title: 'Waiting in the main queue, and delay of new events',
    note: `the delay on all healthy topics, by time of publish, the mean over the ${MEAN_OVER_S} s before`,
    lines: (record) => [oldest(record), delay(record)],
  },
  oldest: {
    ...TIME,
    title: 'Age of the oldest event that is not acknowledged',
    note: 'in the main subscription',
    lines: (record) => [oldest(record)],
  },
  delay: {
    ...TIME,
    title: 'Time until a new event is decided on all healthy topics',
    note: `the median by time of publish, the mean over the ${MEAN_OVER_S} s before`,
    lines: (record) => [delay(record)],
  },
  backlog: {
    title: 'Messages in the backlog',
    note: 'the queue of what ill models owe',
    unit: 'messages',
    floor: () => 10,
    lines: (record) => [{ label: 'backlog', ink: 'backlog', width: 2, isFilled: true, values: record.series.backlog }],
  },
  dependencies: {
    ...LOAD,
    title: 'Calls to the catalogue',
    lines: (record, records) => [
      { label: 'catalogue', ink: 'load', width: 2, values: smooth(record, 'dependencyLoad') },
      ...references(record, records),
    ],
  },
} as const satisfies Readonly<Record<string, Quantity>>;
export type QuantityName = keyof typeof QUANTITIES;

/** The greatest value, 0 where there is none. */
export function peakOf(values: readonly (number | null)[]): number {
  return values.reduce<number>((most, value) => (value !== null && value > most ? value : most), 0);
}

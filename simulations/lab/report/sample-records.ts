import { MEASURES, type MeasureName, type Measures, type RunRecord, type Verdict } from '../record.ts';

/** Records such as runs leave, for tests: in shape, not in figures, what the strategies do. */
export function sampleRecord(strategy: string, changes: Partial<RunRecord> = {}): RunRecord {
  const faults = changes.faults ?? [{ label: 'model down: money', fromS: 60, toS: 360 }];
  const fromS = faults[0]?.fromS ?? 0;
  const toS = faults.at(-1)?.toS ?? 0;
  const rate = changes.rate ?? 5;
  const shape = SHAPES[strategy] ?? SHAPES['eddy']!;
  const noise = noiseFrom(strategy.length * 7 + (changes.replicas ?? 3));
  const at = (of: (second: number) => number | null) =>
    Array.from({ length: 720 }, (_, second) => {
      const value = of(second);
      return value === null ? null : Math.max(0, Math.round(value * 1_000) / 1_000);
    });
  const ago = (second: number) => (second < fromS ? 0 : second < toS ? second - fromS : 0);
  const since = (second: number) => (second < toS ? Number.POSITIVE_INFINITY : second - toS);
  const load = (peak: number) => (second: number) =>
    rate *
      (1 +
        (peak - 1) * (ago(second) / (toS - fromS)) ** 0.7 * (ago(second) > 0 ? 1 : 0) +
        (peak - 1) * Math.exp(-since(second) / 25)) +
    noise(1.2);
  const { peak, wait, backlog } = shape;
  const waiting = at(
    (second) => wait * (ago(second) + (toS - fromS) * Math.exp(-since(second) / 30)) + 0.4 + noise(0.2),
  );
  const values: Partial<Record<MeasureName, number>> = {
    healthyPeak: peak * 1.08,
    healthyMean: 1 + (peak - 1) * 0.55,
    healthyTrough: wait > 0 && peak < 3 ? 0.02 : 0.93,
    healthyAsks: 1 + (peak - 1) * 0.3,
    proxyPeak: peak * 1.2,
    illPeakAfter: backlog > 0 ? 0.97 : peak / 4,
    oldestUnacked: 0.6 + wait * 300,
    delayP50: 0.12 + wait * 148.7,
    delayP99: 0.31 + wait * 297,
    recovery: 4 + wait * 190 + backlog / 40,
    dependencyCalls: strategy === 'backlog-per-model' ? 2.04 : 1,
    dependencyCallsMost: peak > 1.2 ? Math.round(peak * 2) : 1,
    abandoned: 0,
    lost: 0,
  };
  const measures = Object.fromEntries(
    Object.keys(MEASURES).map((name) => [name, values[name as MeasureName] ?? null]),
  ) as Measures;
  return {
    incident: 'model-down',
    title: 'A model is down',
    strategy,
    mode: 'virtual',
    seed: 1,
    replicas: 3,
    rate,
    models: ['money', 'weapons', 'counterfeit', 'adult', 'drugs'],
    ill: ['money'],
    faults,
    events: 3_605,
    series: {
      published: at(() => rate + noise(1)),
      proxyLoad: at((second) => load(peak)(second)! + (backlog > 0 && ago(second) > 0 ? 1.4 : 0)),
      healthyLoad: at(load(peak)),
      illLoad: at(
        (second) => (ago(second) > 0 ? 0.2 * peak : rate + (backlog / 90) * Math.exp(-since(second) / 40)) + noise(0.3),
      ),
      illCapacity: at((second) => (ago(second) > 0 ? 0 : 20)),
      oldestUnacked: waiting,
      backlog: at((second) => (backlog / (toS - fromS)) * ago(second) + backlog * Math.exp(-since(second) / 40)),
      delay: waiting.map((value, second) => (second % 7 === 3 || value === null ? null : value * 0.7)),
      dependencyLoad: at(() => rate + noise(1)),
    },
    measures,
    verdicts: [verdict('healthyPeak', 1.3, values), verdict('delayP99', 3, values), verdict('lost', 0, values)],
    hits: [
      { retry: 1, knowable: 1_502, hitShare: 0.331 },
      { retry: 2, knowable: 1_490, hitShare: 0.662 },
    ],
    ...changes,
  };
}

function verdict(measure: MeasureName, atMost: number, values: Partial<Record<MeasureName, number>>): Verdict {
  const value = values[measure] ?? null;
  return { measure, bound: { atMost }, value, passed: value !== null && value <= atMost };
}

/** The peak is relative to the rate, the wait to the time that the incident lasts; the backlog is in messages. */
const SHAPES: Readonly<Record<string, { readonly peak: number; readonly wait: number; readonly backlog: number }>> = {
  nack: { peak: 12.2, wait: 1, backlog: 0 },
  'memory-cache': { peak: 9.4, wait: 0.97, backlog: 0 },
  'sidecar-cache': { peak: 8.7, wait: 0.95, backlog: 0 },
  'redis-cache': { peak: 1.9, wait: 0.9, backlog: 0 },
  'internal-queues': { peak: 1.04, wait: 0, backlog: 1_480 },
  'backlog-per-model': { peak: 1.05, wait: 0, backlog: 1_500 },
  'backlog-combined': { peak: 1.04, wait: 0, backlog: 1_500 },
  eddy: { peak: 1.03, wait: 0, backlog: 1_497 },
};
export const SAMPLE_STRATEGIES = Object.keys(SHAPES);

/** Chance that is the same in every run (mulberry32). */
function noiseFrom(seed: number): (size: number) => number {
  let state = seed;
  return (size) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return size * (((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32 - 0.5) * 2;
  };
}

import { messageBytes } from '../../../infra/pubsub/broker/limits.ts';
import { createSpine } from '../../../proxy/moderate.ts';
import { SHIPPED } from '../../../proxy/pipeline.ts';
import { planRun, record } from '../run-incident.ts';
import { runVirtual } from '../run-virtual.ts';
import type { Strategy } from '../strategy.ts';
import { configureSlice, runRequestOf, type SliceRequest } from './slice-request.ts';

/** What was seen in an event-by-event run. Series have one value a second, from the begin of the load. */
export interface SliceSeen {
  readonly replicas: number;
  readonly rate: number;
  readonly seed: number;
  readonly models: number;
  /** The outage, in seconds since the begin of the load. */
  readonly fromS: number;
  readonly toS: number;
  readonly published: readonly number[];
  /** Entries that are not acknowledged. */
  readonly depth: readonly number[];
  /** Deliveries of entries. */
  readonly deliveries: readonly number[];
  /** Inputs per second that the ill model's pods can answer. */
  readonly capacity: readonly number[];
  /** Mean bytes of data and attributes; `undefined` where there was none. */
  readonly entryBytes: number | undefined;
  readonly eventBytes: number;
  /** Entries per event published before the outage: what the calm alone sends to the backlog. */
  readonly entriesInCalm: number;
  /** The share of the events that concern the ill model. */
  readonly share: number;
  /** Median time that a replica holds an entry that only waits, in seconds. */
  readonly holdS: number;
  /** Of events published during the outage, on healthy topics, in seconds; `null` where none is healthy. */
  readonly delayP99: number | null;
  /** Age of the oldest event of the main subscription that was not acknowledged, in seconds. */
  readonly oldestUnackedS: number;
  readonly events: number;
}

/** Runs a slice event by event, in virtual time. */
export async function runSlice(request: SliceRequest, progress: (share: number) => void): Promise<SliceSeen> {
  const { config, strategy } = configureSlice(request);
  const run = runRequestOf(request);

  const probe = createProbe(strategy);
  const plan = planRun(run, config, probe.strategy);
  const { notes, durationMs } = await runVirtual(plan, progress);
  const models = Object.keys(config.models);
  const { series, measures, faults, events } = record(run, {
    models,
    notes,
    durationMs,
    capacity: undefined,
    mode: 'virtual',
  });
  const fromS = Math.min(...faults.map((fault) => fault.fromS));
  const numbers = (values: readonly (number | null)[]) => values.map((value) => value ?? 0);
  const loadS = series.backlog.length;
  const concerned = [...notes.events.values()].filter(({ models: asked }) => asked.includes(plan.ill)).length;
  const calm = numbers(series.published).slice(0, fromS);
  return {
    replicas: request.replicas,
    rate: request.rate,
    seed: request.seed,
    models: models.length,
    fromS,
    toS: Math.max(...faults.map((fault) => fault.toS)),
    published: numbers(series.published),
    depth: numbers(series.backlog),
    deliveries: Array.from({ length: loadS }, (_, second) => probe.deliveries.get(second) ?? 0),
    capacity: numbers(series.illCapacity),
    entryBytes: probe.entries.count > 0 ? probe.entries.bytes / probe.entries.count : undefined,
    eventBytes: probe.events.bytes / Math.max(1, probe.events.count),
    entriesInCalm:
      probe.entriesBefore(fromS) /
      Math.max(
        1,
        calm.reduce((sum, count) => sum + count, 0),
      ),
    share: concerned / Math.max(1, events),
    holdS: probe.holdS(),
    delayP99: measures.delayP99,
    oldestUnackedS: measures.oldestUnacked ?? 0,
    events,
  };
}

interface Total {
  count: number;
  bytes: number;
}

interface Probe {
  /** The strategy, watched: what it does stays the same. */
  readonly strategy: Strategy;
  /** Of entries, by second since the first event was published. */
  readonly deliveries: ReadonlyMap<number, number>;
  readonly entries: Total;
  readonly events: Total;
  entriesBefore(second: number): number;
  holdS(): number;
}

/** A message that was given back is held until its nack leaves: the client sends what has gathered every 10 ms. */
const FLUSH_S = 0.012;

function createProbe(strategy: Strategy): Probe {
  const entries = { count: 0, bytes: 0 };
  const events = { count: 0, bytes: 0 };
  const deliveries = new Map<number, number>();
  const published = new Map<number, number>();
  const holdsMs: number[] = [];
  let beginMs: number | undefined;
  const { makers = SHIPPED } = strategy.build;
  const makeSpine = makers.createSpine ?? createSpine;
  const add = (map: Map<number, number>, atMs: number) => {
    const second = Math.floor((atMs - (beginMs ?? atMs)) / 1_000);
    map.set(second, (map.get(second) ?? 0) + 1);
  };

  const watched: typeof createSpine = (parts) => {
    const { publisher, clock } = parts;
    const spine = makeSpine({
      ...parts,
      publisher: {
        get inFlight() {
          return publisher.inFlight;
        },
        publish(outlet, message) {
          if (outlet === 'backlog') {
            entries.count++;
            entries.bytes += messageBytes({ ...message, orderingKey: '' });
            add(published, clock.wallMs());
          }
          return publisher.publish(outlet, message);
        },
      },
    });
    return {
      ...spine,
      async moderate(intake, message) {
        const startedAtMs = clock.nowMs();
        if (intake === 'items') {
          beginMs ??= message.publishedAtMs;
          events.count++;
          events.bytes += messageBytes({ ...message, orderingKey: '' });
          return spine.moderate(intake, message);
        }
        add(deliveries, clock.wallMs());
        const settlement = await spine.moderate(intake, message);
        if (settlement === 'nack') holdsMs.push(clock.nowMs() - startedAtMs);
        return settlement;
      },
    };
  };

  return {
    strategy: { ...strategy, build: { ...strategy.build, makers: { ...makers, createSpine: watched } } },
    deliveries,
    entries,
    events,
    entriesBefore: (end) => [...published].reduce((sum, [second, count]) => sum + (second < end ? count : 0), 0),
    holdS: () => (holdsMs.sort((a, b) => a - b)[holdsMs.length >> 1] ?? 0) / 1_000 + FLUSH_S,
  };
}

import type { SeriesName } from './record.ts';

/** Notes down what happens in a run, in virtual time or for real. Times are milliseconds since the begin of the load. */
export interface Recorder {
  /** Adds to the value of the second in which it happens. */
  count(series: SeriesName, atMs: number, by?: number): void;
  gauge(series: SeriesName, atMs: number, value: number): void;
  /** `models`: those that the event concerns. */
  published(eventId: string, atMs: number, models: readonly string[]): void;
  /** An event's message is handed to a proxy, the first time or again. */
  delivered(eventId: string, atMs: number): void;
  /** `eventIds`: whose inputs these are, where that can be seen. */
  asked(model: string, atMs: number, inputs: number, eventIds?: readonly string[]): void;
  /** A decision is stored; `models`: those whose topics are scored, failed or abandoned in it. */
  decided(eventId: string, atMs: number, models: readonly string[], abandoned: boolean): void;
  /** A model has answered for the inputs of these events, in time. */
  answered(model: string, eventIds: readonly string[]): void;
  /** In the second that is over a model was asked for so much of what it could do. */
  offered(model: string, atMs: number, shareOfCapacity: number): void;
  /** The event's message is acknowledged; where that can't be seen, its first decision is there. */
  acknowledged(eventId: string, atMs: number): void;
  /** It needs no decision any more: a newer one has superseded it. */
  closed(eventId: string, atMs: number): void;
  /** `key`: for which item. */
  dependencyCalled(key: string, atMs: number): void;
  /** A proxy has told of the delay of a decision on the event, in milliseconds. */
  toldDelay(eventId: string, atMs: number, delayMs: number): void;
  /** To be called once a second. */
  tick(atMs: number): void;
  readonly notes: Notes;
}

/** What was noted down. */
export interface Notes {
  readonly series: ReadonlyMap<SeriesName, ReadonlyMap<number, number>>;
  /** Inputs by model, by second. */
  readonly inputs: ReadonlyMap<string, ReadonlyMap<number, number>>;
  /** Work asked for, relative to what it could do, by model, by second. */
  readonly offered: ReadonlyMap<string, ReadonlyMap<number, number>>;
  readonly events: ReadonlyMap<string, EventNotes>;
  readonly dependencyCalls: ReadonlyMap<string, number>;
  /** By the number of redeliveries before. */
  readonly deliveries: readonly (Readonly<DeliveryNotes> | undefined)[];
  readonly latencyErrorMs: number | undefined;
}

/** What redeliveries came to that were the n-th of their event, for models that had answered for it before. */
export interface DeliveryNotes {
  /** By model: how often a cache could have known its answer, */
  readonly knowable: Map<string, number>;
  /** and how often the model was asked all the same. */
  readonly asked: Map<string, number>;
}

export interface EventNotes {
  readonly publishedAtMs: number;
  /** When it was decided by each model that it concerns. */
  readonly decidedAtMs: Map<string, number>;
  readonly models: readonly string[];
  /** Models that have answered for it. */
  readonly answeredBy: Set<string>;
  deliveries: number;
  isClosed: boolean;
  isAbandoned: boolean;
}

/** Redeliveries beyond this many are not told apart. */
const MAX_RETRIES = 20;

export function createRecorder(): Recorder {
  const series = new Map<SeriesName, Map<number, number>>();
  const inputs = new Map<string, Map<number, number>>();
  const offered = new Map<string, Map<number, number>>();
  const events = new Map<string, EventNotes>();
  const unacknowledged = new Map<string, number>();
  const dependencyCalls = new Map<string, number>();
  const deliveries: DeliveryNotes[] = [];
  let latencyErrorMs: number | undefined;

  const secondOf = (atMs: number) => Math.floor(atMs / 1_000);
  function bucketsOf<Key>(map: Map<Key, Map<number, number>>, key: Key): Map<number, number> {
    const found = map.get(key) ?? new Map<number, number>();
    map.set(key, found);
    return found;
  }
  function add<Key>(map: Map<Key, Map<number, number>>, key: Key, atMs: number, by: number): void {
    const buckets = bucketsOf(map, key);
    buckets.set(secondOf(atMs), (buckets.get(secondOf(atMs)) ?? 0) + by);
  }
  function gauge(name: SeriesName, atMs: number, value: number): void {
    bucketsOf(series, name).set(secondOf(atMs), value);
  }

  const deliveryOf = (retry: number) =>
    (deliveries[Math.min(retry, MAX_RETRIES)] ??= { knowable: new Map(), asked: new Map() });
  const increment = (counts: Map<string, number>, key: string) => void counts.set(key, (counts.get(key) ?? 0) + 1);

  return {
    count: (name, atMs, by = 1) => add(series, name, atMs, by),
    gauge,
    published(eventId, atMs, models) {
      add(series, 'published', atMs, 1);
      if (events.has(eventId)) return;
      unacknowledged.set(eventId, atMs);
      events.set(eventId, {
        publishedAtMs: atMs,
        decidedAtMs: new Map(),
        models,
        answeredBy: new Set(),
        deliveries: 0,
        isClosed: false,
        isAbandoned: false,
      });
    },
    delivered(eventId) {
      const event = events.get(eventId);
      if (!event) return;
      const { knowable } = deliveryOf(event.deliveries);
      for (const model of event.answeredBy) increment(knowable, model);
      event.deliveries++;
    },
    asked(model, atMs, count, eventIds = []) {
      add(inputs, model, atMs, count);
      for (const id of eventIds) {
        const event = events.get(id);
        if (event && event.deliveries > 0 && event.answeredBy.has(model))
          increment(deliveryOf(event.deliveries - 1).asked, model);
      }
    },
    answered(model, eventIds) {
      for (const id of eventIds) events.get(id)?.answeredBy.add(model);
    },
    decided(eventId, atMs, models, abandoned) {
      const event = events.get(eventId);
      if (!event) return;
      if (abandoned) event.isAbandoned = true;
      for (const model of models) if (!event.decidedAtMs.has(model)) event.decidedAtMs.set(model, atMs);
    },
    offered: (model, atMs, share) => void bucketsOf(offered, model).set(secondOf(atMs), share),
    acknowledged: (eventId) => void unacknowledged.delete(eventId),
    closed(eventId) {
      unacknowledged.delete(eventId);
      const event = events.get(eventId);
      if (event) event.isClosed = true;
    },
    dependencyCalled(key, atMs) {
      add(series, 'dependencyLoad', atMs, 1);
      dependencyCalls.set(key, (dependencyCalls.get(key) ?? 0) + 1);
    },
    toldDelay(eventId, atMs, delayMs) {
      const event = events.get(eventId);
      if (!event) return;
      latencyErrorMs = Math.max(latencyErrorMs ?? 0, Math.abs(atMs - event.publishedAtMs - delayMs));
    },
    tick(atMs) {
      const oldest = unacknowledged.values().next();
      gauge('oldestUnacked', atMs, oldest.done ? 0 : (atMs - oldest.value) / 1_000);
    },
    notes: {
      series,
      inputs,
      offered,
      events,
      dependencyCalls,
      deliveries,
      get latencyErrorMs() {
        return latencyErrorMs;
      },
    },
  };
}

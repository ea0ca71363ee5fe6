import { status } from '@grpc/grpc-js';
import { PredictInput, type Prediction } from '../../proto/generated/moderation/v1/model.ts';
import type { ItemField, Source } from '../../proxy/config-schema.ts';
import { CallError, type ModelClient } from '../../proxy/panel/model-client.ts';
import { type Host, later } from './host.ts';
import type { Random } from './random.ts';

/** How a model is; changed at will. */
export interface ModelConditions {
  state: 'up' | 'down' | 'hanging';
  /** How many times longer than usual it takes. */
  slowness: number;
  /** What each call waits before it is worked on, log-normal. */
  lateness: { readonly medianMs: number; readonly p99Ms: number } | undefined;
  /** The share of calls that fail as a whole, and with which of these codes. */
  failures: { readonly share: number; readonly codes: readonly number[] };
  /** The share of inputs that are answered by a fault of their own, and by which of these codes. */
  inputFaults: { readonly share: number; readonly codes: readonly number[] };
  /** The share of calls that are answered by something that is no answer. */
  garbage: number;
  version: string;
}

export interface ModelTraits {
  readonly name: string;
  readonly reads: readonly ItemField[];
  readonly needs: readonly Source[];
  /** Calls that it works on at one time. */
  readonly servers: number;
  /** What one call with one input usually takes, in milliseconds. */
  readonly serviceMs: number;
  /** The share of that which each further input adds; 1 where a batch gains nothing. By default a tenth. */
  readonly perFurtherInput?: number;
  /** How far the times spread: the sigma of a log-normal distribution. By default 0.3. */
  readonly spread?: number;
}

/** What a model was asked, decoded. */
export interface AskedInput {
  readonly itemId: string;
  readonly revision: number;
}

export interface ModelObserver {
  /** A call leaves a replica. */
  calling(host: Host, model: string, inputs: readonly Uint8Array[], asked: readonly AskedInput[]): void;
  /** An answer reaches the replica in time; `scored` are those of its inputs that it has scored. */
  answered(host: Host, model: string, asked: readonly AskedInput[], scored: readonly boolean[], version: string): void;
  /** The call has ended, by an answer or not. */
  ended(host: Host, model: string): void;
}

export interface SimulatedModel {
  readonly conditions: ModelConditions;
  /** Calls that it can work on at one time. */
  readonly servers: number;
  /** Calls that it works on. */
  busy(): number;
  /** The work that was asked of it so far, in milliseconds of one server as it usually is. */
  readonly askedMs: number;
  /** From now on it has so many servers; one that is taken away ends its call first. */
  resize(servers: number): void;
  heal(): void;
  connect(host: Host, observer: ModelObserver): ModelClient;
}

export function createModel(traits: ModelTraits, random: Random): SimulatedModel {
  const healthy = (): ModelConditions => ({
    state: 'up',
    slowness: 1,
    lateness: undefined,
    failures: { share: 0, codes: [] },
    inputFaults: { share: 0, codes: [] },
    garbage: 0,
    version: 'v1',
  });
  const conditions = healthy();
  const freeAtMs: number[] = Array(traits.servers).fill(0);
  let askedMs = 0;
  const usualMs = (inputs: number) => traits.serviceMs * (1 + (inputs - 1) * (traits.perFurtherInput ?? 0.1));

  /** When a call that arrives now is answered; the server is busy until then, or until nobody waits for it any more. */
  function serve(inputs: number, nowMs: number, timeoutMs: number): number {
    const serviceMs = random.logNormal(usualMs(inputs), traits.spread ?? 0.3) * conditions.slowness;
    const server = freeAtMs.indexOf(Math.min(...freeAtMs));
    const beginsAtMs = Math.max(nowMs, freeAtMs[server]!);
    const doneAtMs = beginsAtMs + serviceMs;
    const givenUpAtMs = nowMs + timeoutMs;
    if (beginsAtMs < givenUpAtMs) freeAtMs[server] = Math.min(doneAtMs, givenUpAtMs);
    return doneAtMs;
  }

  function predictionOf(input: PredictInput): Prediction {
    if (random.chance(conditions.inputFaults.share)) {
      return { error: { code: random.pick(conditions.inputFaults.codes), message: 'for this input', details: [] } };
    }
    return { probability: probabilityOf(input, traits, conditions.version) };
  }

  return {
    conditions,
    get servers() {
      return freeAtMs.length;
    },
    get askedMs() {
      return askedMs;
    },
    busy: () => freeAtMs.filter((ms) => ms > performance.now()).length,
    resize(servers) {
      freeAtMs.sort((a, b) => a - b);
      freeAtMs.length = Math.min(freeAtMs.length, servers);
      while (freeAtMs.length < servers) freeAtMs.push(0);
    },
    heal: () => void Object.assign(conditions, { ...healthy(), version: conditions.version }),
    connect: (host, observer) => ({
      predict(encoded, timeoutMs) {
        const nowMs = performance.now();
        const inputs = encoded.map((bytes) => PredictInput.decode(bytes));
        const asked = inputs.map(({ item }) => ({ itemId: item!.itemId, revision: item!.revision }));
        if (inputs.length > 0) askedMs += usualMs(inputs.length);
        if (inputs.length > 0) observer.calling(host, traits.name, encoded, asked);
        const { promise, resolve, reject } = Promise.withResolvers<{
          predictions: Prediction[];
          modelVersion: string;
        }>();
        const fail = (code: number, details: string) => reject(new CallError(code, details));
        const end = (afterMs: number, work: () => void) =>
          later(host, afterMs, () => {
            if (inputs.length > 0) observer.ended(host, traits.name);
            work();
          });

        if (conditions.state === 'down') {
          end(random.between(0.5, 3), () => fail(status.UNAVAILABLE, 'connection refused'));
          return promise;
        }
        const doneInMs =
          conditions.state === 'hanging'
            ? Number.POSITIVE_INFINITY
            : serve(inputs.length, nowMs, timeoutMs) - nowMs + lateMs(random, conditions.lateness);
        if (doneInMs >= timeoutMs) {
          end(timeoutMs, () => fail(status.DEADLINE_EXCEEDED, 'no answer in time'));
          return promise;
        }
        end(doneInMs, () => {
          if (conditions.state !== 'up') return fail(status.UNAVAILABLE, 'the connection was reset');
          const { failures, version, garbage } = conditions;
          if (random.chance(failures.share)) return fail(random.pick(failures.codes), 'as rehearsed');
          let predictions = inputs.map(predictionOf);
          if (inputs.length > 0 && random.chance(garbage)) predictions = garbled(predictions, random);
          const scored = predictions.map(({ probability }) => probability! >= 0 && probability! <= 1);
          if (predictions.length === inputs.length) observer.answered(host, traits.name, asked, scored, version);
          resolve({ predictions, modelVersion: version });
        });
        return promise;
      },
      close() {},
    }),
  };
}

/** The 99th percentile of the standard normal distribution. */
const Z99 = 2.3263;

function lateMs(random: Random, lateness: ModelConditions['lateness']): number {
  if (!lateness) return 0;
  return random.logNormal(lateness.medianMs, Math.log(lateness.p99Ms / lateness.medianMs) / Z99);
}

/** What a broken deployment answers. */
function garbled(predictions: readonly Prediction[], random: Random): Prediction[] {
  switch (random.integer(0, 4)) {
    case 0:
      return predictions.slice(1);
    case 1:
      return [...predictions, { probability: 0.5 }];
    case 2:
      return predictions.map(() => ({ probability: Number.NaN }));
    case 3:
      return predictions.map(() => ({ probability: 1.5 }));

    default:
      return predictions.map(() => ({}));
  }
}

/** The same answer for the same content and version, whoever asks: as a model gives it. */
export function probabilityOf(
  { item, enrichment }: PredictInput,
  { name, reads, needs }: ModelTraits,
  version: string,
): number {
  const seen = [name, version, ...reads.map((field) => item![field]), ...needs.map((source) => enrichment?.[source])];
  return fnv1a(JSON.stringify(seen)) / 2 ** 32;
}

/** Fowler, Noll and Vo's hash, 32 bits: http://www.isthe.com/chongo/tech/comp/fnv/ */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}

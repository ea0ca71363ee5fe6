import pLimit from 'p-limit';
import type { ModelConfig } from '../config-schema.ts';
import { MAX_VERSION_LENGTH, type Outcome, pending } from '../moderation/outcome.ts';
import { createAdaptiveLimit } from './adaptive-limit.ts';
import { BreakerOpenError, type BreakerState, createBreaker } from './breaker.ts';
import { BREAKER_OPEN, createCaller, outcomesOfRejection } from './call-model.ts';
import { createLanes, type Lane, type Waiting } from './lanes.ts';
import { CallError, type ModelClient } from './model-client.ts';
import type { FreshScore } from './prediction-cache.ts';
import type { Question } from './question.ts';

/** One model's seat on the panel: what stands between the items and the calls to it. */
export interface Member {
  readonly name: string;
  readonly config: ModelConfig;
  /** What the model last said of itself; undefined until it has. */
  readonly version: string | undefined;
  readonly breaker: BreakerState;
  /** Calls that may be under way, and that are. */
  readonly limit: number;
  /** Inputs that a call may have. */
  readonly batchLimit: number;
  readonly callsInFlight: number;
  readonly inputsInFlight: number;
  waiting(lane: Lane): number;
  ask(question: Question): void;
  /** Asks for the version alone, unless the model has just answered or is known to be gone. */
  refreshVersion(): Promise<void>;
  close(): void;
}

export interface MemberOptions {
  readonly name: string;
  readonly config: ModelConfig;
  readonly client: ModelClient;
  readonly backlogShare: number;
  readonly now: () => number;
  readonly observer: MemberObserver;
  /** Told of the scores of each call, also of those that come too late for their item. */
  readonly onScores: (scores: readonly FreshScore[]) => void;
}

/** What a member tells; all of it is for looking on. */
export interface MemberObserver {
  /** A call leaves with so many inputs of each lane. */
  sent(model: string, inputs: Readonly<Record<Lane, number>>): void;
  /** A call has ended; `code` is a gRPC status code, 0 for OK. */
  called(call: { model: string; code: number; inputs: number; durationMs: number }): void;
  coalesced(model: string): void;
  breakerChanged(model: string, state: BreakerState): void;
}

/** Calls failed in a row after which nothing waits for the model any more. */
const SUSPECT_AFTER = 3;

/** As long as a question may take from its arrival to the call that takes it along, when a call is free. */
const LEAVES_AT_ONCE_MS = 5;

/** So many calls must be allowed for one of them to be kept free of the backlog. */
const RESERVED_FROM = 4;

/** How old the version may be before the model is asked for it. */
const VERSION_TTL_MS = 5_000;

export function createMember(options: MemberOptions): Member {
  const { name, config, client, backlogShare, now, observer, onScores } = options;
  const lanes = createLanes<Question>(backlogShare);
  // Questions of a call that was refused as a whole: each is asked once more by itself.
  let singles: Question[] = [];
  const open: Readonly<Record<Lane, Map<string, Question>>> = { live: new Map(), backlog: new Map() };
  const limit = createAdaptiveLimit({ ...config.concurrency, batch: config.batch.max, timeoutMs: config.timeout });
  const slots = pLimit(limit.current);
  const breaker = createBreaker(config.breaker, onBreakerChange);
  const callModel = createCaller({
    client,
    modelTimeoutMs: config.timeout,
    now,
    onVersion: learnVersion,
    onCalled: (call) => observer.called({ model: name, ...call }),
  });
  let version: string | undefined;
  let versionAtMs = Number.NEGATIVE_INFINITY;
  let isAskingVersion = false;
  let inputsInFlight = 0;
  let failuresInARow = 0;
  let isStarting = false;
  let isProbing = false;

  function ask(question: Question): void {
    const { digest, lane } = question;
    question.leaveByMs = leaveBy(question.expiresAtMs);
    const same = open[lane].get(digest);
    if (same) {
      same.join(question);
      observer.coalesced(name);
      return;
    }
    const refusal = refusalOf(lane);
    if (refusal) {
      question.settle(refusal, name);
      return;
    }
    open[lane].set(digest, question);
    lanes.add(question);
    fillSlots();
  }

  /** Why a question of the lane is not taken in, if it is not. */
  function refusalOf(lane: Lane): Outcome | undefined {
    if (isGone()) return BREAKER_OPEN;
    if (isSuspect() && slots.activeCount >= callsAllowed(lane)) return FAILING;
    if (lanes.count(lane) >= config.queue) expire();
    // What the backlog brings is bounded by its intake, and waits: sent back, it would come again when the room that there
    // is by then has long been idle.
    if (lane === 'live' && lanes.count('live') >= config.queue) {
      return pending(`LIMIT_FULL: ${lanes.count('live')} inputs wait for ${limit.current} calls`);
    }
    return undefined;
  }

  /**
   * Until when a question may wait for a call: the model's whole time must be left for the answer. Else an overloaded
   * model would be asked, oldest first, only what it can't answer in time any more. What has little time from the
   * beginning leaves at once or not at all.
   */
  function leaveBy(expiresAtMs: number): number {
    return Math.min(expiresAtMs, Math.max(now() + LEAVES_AT_ONCE_MS, expiresAtMs - config.timeout));
  }

  /** Whether asking is known to be in vain: the breaker is open, or its one probe is still under way. */
  function isGone(): boolean {
    return breaker.state === 'open' || (breaker.state === 'half-open' && isProbing);
  }

  /** Whether the model fails call after call: what can't be asked at once then need not wait for the breaker to see it. */
  function isSuspect(): boolean {
    return failuresInARow >= SUSPECT_AFTER;
  }

  /** Starts a call when one is free. It leaves in the next microtask: what arrives until then goes with it. */
  function fillSlots(): void {
    if (isStarting || lanes.size + singles.length === 0 || slots.activeCount >= callsAllowed(firstLane())) return;
    isStarting = true;
    slots(send).finally(fillSlots);
  }

  /**
   * A backlog that has the model to itself leaves one call free for the live item that may come; not of a few, where it
   * would be a good part of what the model can do, and one that ends is soon there.
   */
  function callsAllowed(lane: Lane): number {
    if (breaker.state === 'half-open') return 1;
    return lane === 'live' || limit.current < RESERVED_FROM ? limit.current : limit.current - 1;
  }

  function firstLane(): Lane {
    return lanes.count('live') > 0 || singles.some(({ lane }) => lane === 'live') ? 'live' : 'backlog';
  }

  async function send(): Promise<void> {
    isStarting = false;
    const batch = takeBatch();
    if (batch.length === 0) return;
    fillSlots();
    const startedAtMs = now();
    const remainingMs = Math.max(...batch.map(({ expiresAtMs }) => expiresAtMs)) - startedAtMs;
    // Below its usual self the limit may grow as soon as anything waits; beyond, only full batches show a need.
    const need = limit.current < config.concurrency.initial ? 1 : config.batch.max;
    const hadDemand = lanes.size >= need && slots.activeCount >= callsAllowed(firstLane());
    inputsInFlight += batch.length;
    observer.sent(name, countByLane(batch));
    try {
      // A probe decides for the model, and must not be cut short.
      const timeoutMs = isProbing ? config.timeout : Math.min(config.timeout, remainingMs);
      const { outcomes, isTelling } = await breaker.run(() =>
        callModel(
          batch.map(({ input }) => input),
          timeoutMs,
          batch.flatMap(({ traced = [] }) => traced),
        ),
      );
      if (isTelling) {
        failuresInARow = 0;
        // What the model refuses it has not worked on: that is no sign of its pace.
        const isWorkedOn = outcomes.some((outcome) => outcome?.state === 'scored');
        if (isWorkedOn) limit.succeeded({ inputs: batch.length, startedAtMs, endedAtMs: now(), hadDemand });
      }
      settle(batch, outcomes);
    } catch (error) {
      if (!(error instanceof BreakerOpenError)) {
        limit.failed(startedAtMs, now());
        if (breaker.state === 'closed') failuresInARow++;
        if (isSuspect()) dismiss(FAILING);
      }
      settle(batch, outcomesOfRejection(error, batch.length));
    } finally {
      isProbing = false;
      inputsInFlight -= batch.length;
      slots.concurrency = limit.current;
    }
  }

  function takeBatch(): Question[] {
    expire();
    // The live item for which this call was begun may just have gone.
    if (slots.activeCount > callsAllowed(firstLane())) return [];
    const single = takeSingle();
    if (single) return [single];
    if (breaker.state !== 'half-open') return lanes.take({ ...config.batch, max: limit.batch });
    // A model that may still be gone is tried with one input; nobody else waits for how that ends.
    const probe = lanes.take({ ...config.batch, max: 1 });
    isProbing = probe.length > 0;
    for (const question of lanes.clear()) settleOne(question, BREAKER_OPEN);
    return probe;
  }

  function takeSingle(): Question | undefined {
    // This call is counted already; one that the backlog must leave free is for live items here, too.
    const isForLive = slots.activeCount > callsAllowed('backlog');
    const index = singles.findIndex(({ lane }) => lane === 'live' || !isForLive);
    return index < 0 ? undefined : singles.splice(index, 1)[0];
  }

  function settle(batch: readonly Question[], outcomes: readonly (Outcome | undefined)[]): void {
    const scores: FreshScore[] = [];
    for (let index = 0; index < batch.length; index++) {
      const outcome = outcomes[index];
      if (outcome?.state === 'scored') scores.push({ digest: batch[index]!.digest, score: outcome });
    }
    // Kept before it is answered: what is then redelivered need not ask again.
    if (scores.length > 0) onScores(scores);
    for (let index = 0; index < batch.length; index++) {
      const outcome = outcomes[index];
      if (outcome) settleOne(batch[index]!, outcome);
      else singles.push(batch[index]!);
    }
  }

  function settleOne(question: Question, outcome: Outcome): void {
    open[question.lane].delete(question.digest);
    question.settle(outcome, name);
  }

  function expire(): void {
    const nowMs = now();
    const isExpired = ({ expiresAtMs }: Question) => expiresAtMs <= nowMs;
    const expired = [...lanes.expire(nowMs), ...singles.filter(isExpired)];
    if (expired.length > 0) singles = singles.filter((single) => !isExpired(single));
    for (const question of expired) settleOne(question, WAITED_TOO_LONG);
  }

  /** Sends away all that wait. */
  function dismiss(outcome: Outcome): void {
    for (const question of [...lanes.clear(), ...singles.splice(0)]) settleOne(question, outcome);
  }

  function learnVersion(said: string): void {
    version = said;
    versionAtMs = now();
  }

  function onBreakerChange(state: BreakerState): void {
    // From here on the breaker speaks for the model.
    failuresInARow = 0;
    if (state === 'open') dismiss(BREAKER_OPEN);
    if (state === 'closed') {
      limit.slowStart(now());
      slots.concurrency = limit.current;
    }
    observer.breakerChanged(name, state);
  }

  return {
    name,
    config,
    get version() {
      return version;
    },
    get breaker() {
      return breaker.state;
    },
    get limit() {
      return limit.current;
    },
    get batchLimit() {
      return limit.batch;
    },
    get callsInFlight() {
      return slots.activeCount;
    },
    get inputsInFlight() {
      return inputsInFlight;
    },
    waiting: (lane) => lanes.count(lane),
    ask,
    async refreshVersion() {
      if (isAskingVersion || now() - versionAtMs < VERSION_TTL_MS || breaker.state !== 'closed') return;
      isAskingVersion = true;
      try {
        const { modelVersion } = await client.predict([], config.timeout);
        if (modelVersion.length <= MAX_VERSION_LENGTH) learnVersion(modelVersion);
      } catch (error) {
        if (!(error instanceof CallError)) throw error; // A model that is away says no version; its items will tell.
      } finally {
        isAskingVersion = false;
      }
    },
    close() {
      breaker.close();
      client.close();
    },
  };
}

function countByLane(batch: readonly Waiting[]): Record<Lane, number> {
  let live = 0;
  for (const { lane } of batch) if (lane === 'live') live++;
  return { live, backlog: batch.length - live };
}

const FAILING = pending('LIMIT_FULL: the model has just failed several calls in a row');
const WAITED_TOO_LONG = pending('LIMIT_FULL: no call was free in time');

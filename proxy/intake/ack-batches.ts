import { isTransient, pauseMs } from './transient.ts';

/** Tells the broker of some messages in one request, and rejects after `timeoutMs` milliseconds at the latest. */
export type SendAckIds = (ackIds: string[], timeoutMs: number) => Promise<unknown>;

export interface AckBatchesOptions {
  readonly send: SendAckIds;
  /** How long the first of a batch waits for others, in milliseconds. */
  readonly maxHeldMs: number;
  /** How long it is tried, in milliseconds: after the end of their leases there is nothing to be gained any more. */
  readonly retryForMs: number;
  /** Whenever something is no longer pending. */
  readonly onLess: () => void;
  /** The broker was not told, and will deliver the messages again. */
  readonly onGivenUp: (count: number, error: unknown) => void;
  readonly random?: () => number;
}

/** What the broker is to be told of messages, gathered. Disposing of it gives up what is pending. */
export interface AckBatches extends Disposable {
  /** Messages of which the broker has not confirmed that it knows, and which are not given up. */
  readonly pending: number;
  add(ackId: string): void;
  /** Sends what is gathered. */
  flush(): void;
}

/** https://cloud.google.com/pubsub/quotas#resource_limits: 512 KiB a request. Ids are about 200 bytes long. */
const MAX_IDS = 2_500;
const MAX_BYTES = 500_000;
/** Of an id in a request, beside its characters. */
const FRAMING_BYTES = 4;

const CALL_MS = 5_000;
const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 2_000;

export function batchAcks(options: AckBatchesOptions): AckBatches {
  const { send, maxHeldMs, retryForMs, onLess, onGivenUp, random = Math.random } = options;
  const closing = new AbortController();
  const { signal } = closing;
  let gathered: string[] = [];
  let gathering: NodeJS.Timeout | undefined;
  let pending = 0;

  function flush(): void {
    clearTimeout(gathering);
    gathering = undefined;
    if (gathered.length === 0) return;
    const ackIds = gathered;
    gathered = [];
    for (const request of inRequests(ackIds, (ackId) => ackId)) void deliver(request);
  }

  /** Never rejects: for whoever acknowledges there is nothing to be done. */
  async function deliver(request: string[]): Promise<void> {
    const giveUpAtMs = performance.now() + retryForMs;
    let ackIds = request;
    for (let failures = 1; ackIds.length > 0; failures++) {
      const { taken, refused, again, error } = await tell(ackIds);
      const pause = pauseMs(failures, FIRST_PAUSE_MS, LONGEST_PAUSE_MS, random);
      const isLast = performance.now() + pause >= giveUpAtMs;
      if (signal.aborted) return;
      const givenUp = refused + (isLast ? again.length : 0);
      if (givenUp > 0) onGivenUp(givenUp, error);
      pending -= taken + givenUp;
      onLess();
      if (isLast || again.length === 0) return;
      ackIds = again;
      await sleep(pause, signal);
      if (signal.aborted) return;
    }
  }

  async function tell(ackIds: string[]): Promise<Answer> {
    try {
      await send(ackIds, CALL_MS);
      return { taken: ackIds.length, refused: 0, again: [], error: undefined };
    } catch (error) {
      return answerOf(ackIds, error);
    }
  }

  return {
    get pending() {
      return pending;
    },
    add(ackId) {
      if (signal.aborted) return;
      pending++;
      if (gathered.push(ackId) >= MAX_IDS) flush();
      else gathering ??= setTimeout(flush, maxHeldMs);
    },
    flush,
    [Symbol.dispose]() {
      clearTimeout(gathering);
      gathered = [];
      closing.abort();
      if (pending > 0) onGivenUp(pending, new Error('not confirmed before the end'));
      pending = 0;
    },
  };
}

/** As many together as a request may have. */
export function inRequests<T>(all: readonly T[], ackIdOf: (one: T) => string): T[][] {
  const requests: T[][] = [];
  let last: T[] = [];
  let bytes = 0;
  for (const one of all) {
    const size = ackIdOf(one).length + FRAMING_BYTES;
    if (last.length === 0 || last.length >= MAX_IDS || bytes + size > MAX_BYTES) {
      last = [];
      requests.push(last);
      bytes = 0;
    }
    last.push(one);
    bytes += size;
  }
  return requests;
}

interface Answer {
  readonly taken: number;
  readonly refused: number;
  readonly again: string[];
  readonly error: unknown;
}

/** Where delivery is exactly once, a refusal may say of each message what became of it; those not named are done. */
function answerOf(ackIds: string[], error: unknown): Answer {
  const faults = (error as { errorInfoMetadata?: Record<string, string> } | undefined)?.errorInfoMetadata;
  const named = faults ? ackIds.filter((ackId) => faults[ackId]) : [];
  if (!faults || named.length === 0) {
    const again = isTransient(error) ? ackIds : [];
    return { taken: 0, refused: ackIds.length - again.length, again, error };
  }
  const again = named.filter((ackId) => faults[ackId]!.startsWith('TRANSIENT_'));
  return { taken: ackIds.length - named.length, refused: named.length - again.length, again, error };
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end);
  });
}

/** Live traffic, or what the backlog brings back. */
export type Lane = 'live' | 'backlog';

/** What waits for a call to a model. */
export interface Waiting {
  readonly lane: Lane;
  /** Milliseconds, on the clock of the panel: later than this it need not leave any more. */
  readonly leaveByMs: number;
  /** Bytes that it adds to a call. */
  readonly size: number;
}

export interface BatchLimits {
  readonly max: number;
  readonly maxBytes: number;
}

/**
 * The two queues in front of one model, in the order of arrival each. Live traffic goes first; while it fills batches
 * by itself the backlog still gets its share of each, so that neither starves.
 */
export interface Lanes<T extends Waiting> {
  readonly size: number;
  count(lane: Lane): number;
  add(waiting: T): void;
  /** Takes the next batch: at least one where any wait, even if that one alone is above the limit of bytes. */
  take(limits: BatchLimits): T[];
  /** Takes out everything. */
  clear(): T[];
  /** Takes out what is too late to leave. */
  expire(nowMs: number): T[];
}

export function createLanes<T extends Waiting>(backlogShare: number): Lanes<T> {
  let live: T[] = [];
  let backlog: T[] = [];
  // What the backlog may take while live traffic waits too, in inputs: its share of what has left, saved up (deficit
  // round robin; Shreedhar and Varghese, 1995), so that it gets its turn even where a batch is a single input.
  let credit = 0;
  return {
    get size() {
      return live.length + backlog.length;
    },
    count: (lane) => (lane === 'live' ? live : backlog).length,
    add: (waiting) => void (waiting.lane === 'live' ? live : backlog).push(waiting),
    take({ max, maxBytes }) {
      const isContended = live.length > 0 && backlog.length > 0;
      const batch: T[] = [];
      // First, or large live inputs would leave it no bytes.
      let bytes = isContended ? move(backlog, batch, Math.min(Math.floor(credit), max), 0, maxBytes) : 0;
      const due = batch.length;
      bytes = move(live, batch, max, bytes, maxBytes);
      // Where a live input is too large for the bytes that are left, the batch goes without more of the backlog.
      if (live.length === 0) move(backlog, batch, max, bytes, maxBytes);
      // One that found no room beside the backlog's share is first in the next batch, for which the credit must not reach;
      // else it would not leave as long as the backlog has something.
      const isLiveLeftOut = live.length > 0 && batch.length === due && due < max;
      const most = isLiveLeftOut ? 1 - Number.EPSILON : max;
      credit = isContended ? Math.min(credit - due + batch.length * backlogShare, most) : 0;
      return batch;
    },
    clear() {
      const all = [...live, ...backlog];
      live = [];
      backlog = [];
      return all;
    },
    expire(nowMs) {
      const isExpired = ({ leaveByMs }: T) => leaveByMs <= nowMs;
      // Mostly none is, and every call that leaves asks.
      if (!live.some(isExpired) && !backlog.some(isExpired)) return [];
      const expired = [...live.filter(isExpired), ...backlog.filter(isExpired)];
      live = live.filter((waiting) => !isExpired(waiting));
      backlog = backlog.filter((waiting) => !isExpired(waiting));
      return expired;
    },
  };
}

/** Moves from the queue's head into the batch until one of the limits is reached; returns the batch's bytes. */
function move<T extends Waiting>(queue: T[], batch: T[], max: number, bytes: number, maxBytes: number): number {
  let taken = 0;
  let total = bytes;
  while (taken < queue.length && batch.length < max) {
    const { size } = queue[taken]!;
    if (batch.length > 0 && total + size > maxBytes) break;
    total += size;
    batch.push(queue[taken]!);
    taken++;
  }
  queue.splice(0, taken);
  return total;
}

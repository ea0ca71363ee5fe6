import { inRequests } from './ack-batches.ts';
import { LinkedList, type Place } from './linked-list.ts';

/** A message that the broker has lent. */
export interface Lease {
  readonly ackId: string;
  /** Monotonic milliseconds. */
  readonly receivedAtMs: number;
  /** When the broker lends it to another one, as far as is known; monotonic milliseconds. */
  endsAtMs: number;
  /** Among those that are held; for the keeper alone. */
  place: Place<this> | undefined;
}

export interface LeaseKeeperOptions {
  /** For how long the broker lends a message at a time, in seconds. */
  readonly leaseSeconds: number;
  /** The longest that a message is kept, in milliseconds since it was received. */
  readonly maxLeaseMs: number;
  /** Asks the broker to lend messages for so many seconds from now. Rejects after `timeoutMs` at the latest. */
  readonly extend: (ackIds: string[], seconds: number, timeoutMs: number) => Promise<unknown>;
}

/** Keeps the leases of messages for as long as they are held. Disposing of it keeps none any more. */
export interface LeaseKeeper<L extends Lease> extends Disposable {
  /** In the order in which they came. Each may be let go of when it is its turn. */
  readonly held: Iterable<L> & { readonly size: number };
  isHeld(lease: L): boolean;
  hold(lease: L): void;
  letGo(lease: L): void;
}

/** Looks so often in the time of one lease: an extension that fails in its second half can be tried again twice. */
const LOOKS = 8;
/** An extension is given up before the next look, which tries again. */
const EXTENSIONS = 10;

/** One timer looks after all: a message that is settled soon costs no more than its place in a list. */
export function keepLeases<L extends Lease>(options: LeaseKeeperOptions): LeaseKeeper<L> {
  const { leaseSeconds, maxLeaseMs, extend } = options;
  const leaseMs = leaseSeconds * 1_000;
  const held = new LinkedList<L>();
  const looking = setInterval(look, leaseMs / LOOKS);

  function look(): void {
    const nowMs = performance.now();
    /** By how many seconds they are extended: less than a whole lease towards the end of the longest. */
    const due = new Map<number, L[]>();
    for (const lease of held) {
      const leftMs = lease.receivedAtMs + maxLeaseMs - nowMs;
      if (leftMs <= 0) letGo(lease);
      else if (!isDue(lease, leftMs, nowMs)) continue;
      else {
        const seconds = Math.min(leaseSeconds, Math.ceil(leftMs / 1_000));
        const group = due.get(seconds);
        if (group) group.push(lease);
        else due.set(seconds, [lease]);
      }
    }
    for (const [seconds, leases] of due) {
      for (const request of inRequests(leases, ({ ackId }) => ackId)) void prolong(request, seconds, nowMs);
    }
  }

  function letGo(lease: L): void {
    if (!lease.place) return;
    held.remove(lease.place);
    lease.place = undefined;
  }

  function isDue(lease: L, leftMs: number, nowMs: number): boolean {
    const lentMs = lease.endsAtMs - nowMs;
    return lentMs < leaseMs / 2 && lentMs < leftMs;
  }

  /** What fails is due at the next look again: nothing is asked of the broker for a message that is settled meanwhile. */
  async function prolong(leases: readonly L[], seconds: number, nowMs: number): Promise<void> {
    try {
      const ackIds = leases.map(({ ackId }) => ackId);
      await extend(ackIds, seconds, leaseMs / EXTENSIONS);
      for (const lease of leases) lease.endsAtMs = nowMs + seconds * 1_000;
    } catch {
      // At the worst they are delivered again.
    }
  }

  return {
    held,
    isHeld: ({ place }) => place !== undefined,
    hold(lease) {
      lease.place = held.add(lease);
    },
    letGo,
    [Symbol.dispose]() {
      clearInterval(looking);
      for (const lease of held) letGo(lease);
    },
  };
}

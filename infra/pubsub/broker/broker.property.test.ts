import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../../models/host/random.ts';
import type { Disturbance, ReceivedMessage } from './broker.ts';
import { subscription, type TestBroker, testBroker, textOf } from './test-broker.ts';

const retryPolicy = { minimumBackoffMs: 1_000, maximumBackoffMs: 20_000 };
const ackDeadlineMs = 10_000;

type Step =
  | { readonly kind: 'publish'; readonly count: number; readonly key: string }
  | { readonly kind: 'pull'; readonly count: number; readonly receiver: number }
  | { readonly kind: 'ack' | 'nack' | 'extend'; readonly pick: number }
  | { readonly kind: 'pass'; readonly ms: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('publish'),
    count: fc.integer({ min: 1, max: 4 }),
    key: fc.constantFrom('k', 'l', ''),
  }),
  fc.record({ kind: fc.constant('pull'), count: fc.integer({ min: 1, max: 5 }), receiver: fc.nat(2) }),
  fc.record({ kind: fc.constantFrom('ack', 'ack', 'nack', 'extend'), pick: fc.nat(20) }),
  fc.record({ kind: fc.constant('pass'), ms: fc.integer({ min: 0, max: 15_000 }) }),
);
const steps = fc.array(step, { maxLength: 120 });
/** All there is is acknowledged, and has almost expired before anything else happens. */
const almostExpired: fc.Arbitrary<Step[]> = fc
  .constantFrom(590_000, 595_000, 599_000)
  .map((ms) => [
    { kind: 'publish', count: 1, key: 'k' },
    { kind: 'pull', count: 5, receiver: 0 },
    ...Array.from({ length: 6 }, (): Step => ({ kind: 'ack', pick: 0 })),
    { kind: 'pass', ms },
  ]);
const longSteps = fc
  .array(fc.oneof({ weight: 10, arbitrary: step.map((each) => [each]) }, { weight: 1, arbitrary: almostExpired }), {
    maxLength: 150,
  })
  .map((parts) => parts.flat());

interface Lease {
  readonly received: ReceivedMessage;
  readonly holder: object;
  untilMs: number;
}

/** Takes the steps, and at each of them watches what must always hold; what is left over is then acknowledged. */
function run(it: TestBroker, all: readonly Step[], watch: Watch): void {
  const { broker, nowMs } = it;
  const receivers = [undefined, {}, {}];
  let leases: Lease[] = [];
  let published = 0;
  const live = (): Lease[] => leases.filter(({ untilMs }) => untilMs > nowMs());
  const receive = (count: number, receiver: object | undefined): void => {
    // Without a receiver each pull counts as another one.
    const holder = receiver ?? {};
    for (const received of broker.pull(subscription, { maxMessages: count, receiver })) {
      watch.delivered(
        textOf(received),
        nowMs(),
        live().map((lease) => textOf(lease.received)),
        (text) => {
          const last = live().findLast((lease) => textOf(lease.received) === text);
          return last === undefined || last.holder === holder;
        },
      );
      leases.push({ received, holder, untilMs: nowMs() + ackDeadlineMs });
    }
  };
  const settle = (lease: Lease, kind: 'ack' | 'nack' | 'extend'): void => {
    const isGood = lease.untilMs > nowMs();
    const deadlineMs = kind === 'nack' ? 0 : 2 * ackDeadlineMs;
    const [done] =
      kind === 'ack'
        ? it.ack(lease.received)
        : broker.modifyAckDeadline(subscription, [lease.received.ackId], deadlineMs);
    watch.settled(textOf(lease.received), kind, done!, isGood, nowMs());
    if (kind === 'extend' && done) lease.untilMs = nowMs() + deadlineMs;
    else leases = leases.filter((other) => other !== lease);
  };

  for (const each of all) {
    if (each.kind === 'publish') {
      const texts = Array.from({ length: each.count }, (_, index) => `${each.key}${published + index}`);
      published += each.count;
      watch.published(texts);
      it.publishKeyed(each.key, ...texts);
    } else if (each.kind === 'pull') receive(each.count, receivers[each.receiver]);
    else if (each.kind === 'pass') it.pass(each.ms);
    else {
      const lease = leases[each.pick % Math.max(leases.length, 1)];
      if (lease) settle(lease, each.kind);
    }
    const { undelivered, leased } = broker.stats(subscription);
    expect(undelivered).toBeGreaterThanOrEqual(0);
    expect(leased).toBeGreaterThanOrEqual(0);
  }
  for (let round = 0; round < 100 && watch.owed() > 0; round += 1) {
    it.pass(retryPolicy.maximumBackoffMs);
    receive(1_000, undefined);
    for (const lease of live()) settle(lease, 'ack');
  }
  expect(watch.owed()).toBe(0);
}

interface Watch {
  published(texts: readonly string[]): void;
  /** @param isFreeOrOwn whether a message is not leased, or to the same receiver as the one that is delivered */
  delivered(text: string, nowMs: number, leased: readonly string[], isFreeOrOwn: (text: string) => boolean): void;
  settled(text: string, kind: 'ack' | 'nack' | 'extend', done: boolean, isGood: boolean, nowMs: number): void;
  /** How many messages are not acknowledged. */
  owed(): number;
}

function watchSettling(): Watch & { readonly acked: ReadonlySet<string> } {
  const unacked = new Set<string>();
  const acked = new Set<string>();
  return {
    acked,
    published: (texts) => {
      for (const text of texts) unacked.add(text);
    },
    delivered: (text) => {
      expect(unacked.has(text) || acked.has(text)).toBe(true);
    },
    settled(text, kind, done) {
      if (kind !== 'ack' || !done) return;
      acked.add(text);
      unacked.delete(text);
    },
    owed: () => unacked.size,
  };
}

describe('whatever is published, pulled, settled and waited for', () => {
  test('nothing is lost, nothing acknowledged comes back, no two leases overlap, backoffs are kept', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const base = watchSettling();
        const failures = new Map<string, { count: number; ms: number }>();
        run(testBroker({ retryPolicy }), all, {
          ...base,
          delivered(text, nowMs, leased, isFreeOrOwn) {
            base.delivered(text, nowMs, leased, isFreeOrOwn);
            expect(base.acked).not.toContain(text);
            expect(leased).not.toContain(text);
            const failed = failures.get(text);
            if (failed) expect(nowMs - failed.ms).toBeGreaterThanOrEqual(retryPolicy.minimumBackoffMs);
          },
          settled(text, kind, done, isGood, nowMs) {
            expect(done).toBe(isGood);
            base.settled(text, kind, done, isGood, nowMs);
            if (kind === 'nack' && done) failures.set(text, { count: (failures.get(text)?.count ?? 0) + 1, ms: nowMs });
          },
        });
      }),
      { numRuns: 300 },
    );
  });

  test('messages of a key come in order, and go back only to what was not acknowledged', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const base = watchSettling();
        /** By key: the texts in the order of publishing, and how far the deliveries are. */
        const order = new Map<string, string[]>();
        const reached = new Map<string, number>();
        run(testBroker({ retryPolicy, enableMessageOrdering: true }), all, {
          ...base,
          published(texts) {
            base.published(texts);
            for (const text of texts) order.set(text[0]!, [...(order.get(text[0]!) ?? []), text]);
          },
          delivered(text, nowMs, leased, isFreeOrOwn) {
            base.delivered(text, nowMs, leased, isFreeOrOwn);
            const key = text[0]!;
            if (/\d/.test(key)) return;
            const sequence = order.get(key)!;
            const index = sequence.indexOf(text);
            // What comes back although it was acknowledged comes after one that was not.
            if (base.acked.has(text)) {
              expect(sequence.slice(0, index).some((earlier) => !base.acked.has(earlier))).toBe(true);
            }
            expect(index).toBeLessThanOrEqual((reached.get(key) ?? -1) + 1);
            reached.set(key, index);
          },
        });
      }),
      { numRuns: 300 },
    );
  });

  test('messages of a key come in order also when messages of it expire, those that were acknowledged and retained too', () => {
    fc.assert(
      fc.property(longSteps, (all) => {
        const base = watchSettling();
        const retentionMs = 10 * 60_000;
        const it = testBroker({ retryPolicy, enableMessageOrdering: true, retainAckedMessages: true, retentionMs });
        const publishedMs = new Map<string, number>();
        const order = new Map<string, string[]>();
        const reached = new Map<string, number>();
        const isExpired = (text: string): boolean => publishedMs.get(text)! + retentionMs <= it.nowMs();
        run(it, all, {
          ...base,
          published(texts) {
            base.published(texts);
            for (const text of texts) {
              publishedMs.set(text, it.nowMs());
              order.set(text[0]!, [...(order.get(text[0]!) ?? []), text]);
            }
          },
          delivered(text, nowMs, leased, isFreeOrOwn) {
            base.delivered(text, nowMs, leased, isFreeOrOwn);
            expect(isExpired(text)).toBe(false);
            const key = text[0]!;
            if (/\d/.test(key)) return;
            const sequence = order.get(key)!;
            const index = sequence.indexOf(text);
            const skipped = sequence.slice((reached.get(key) ?? -1) + 1, index);
            expect(skipped.filter((other) => !isExpired(other))).toEqual([]);
            const before = sequence[index - 1];
            if (before && !isExpired(before)) expect(isFreeOrOwn(before)).toBe(true);
            reached.set(key, index);
          },
          settled(text, kind, done, isGood, nowMs) {
            base.settled(text, kind, done, isGood, nowMs);
            if (kind !== 'nack' || !done) return;
            // It comes before anything that follows it.
            const index = order.get(text[0]!)!.indexOf(text);
            reached.set(text[0]!, Math.min(reached.get(text[0]!)!, index - 1));
          },
          owed: () => [...publishedMs.keys()].filter((text) => !base.acked.has(text) && !isExpired(text)).length,
        });
      }),
      { numRuns: 1_000 },
    );
  });

  test('nothing is lost under disturbance, and acks that are dropped are the only ones whose messages come back', () => {
    const disturbances = fc.record<Disturbance>({
      duplicate: fc.constantFrom(0, 0.3, 1),
      reorder: fc.constantFrom(0, 0.3, 1),
      dropAcks: fc.constantFrom(0, 0.3),
    });
    fc.assert(
      fc.property(steps, disturbances, fc.nat(), (all, disturbance, seed) => {
        const base = watchSettling();
        const it = testBroker({ retryPolicy }, { disturbance, random: seededRandom(seed) });
        run(it, all, {
          ...base,
          delivered(text, nowMs, leased, isFreeOrOwn) {
            base.delivered(text, nowMs, leased, isFreeOrOwn);
            if (disturbance.dropAcks === 0) expect(base.acked).not.toContain(text);
            if (disturbance.duplicate === 0 && disturbance.dropAcks === 0) expect(leased).not.toContain(text);
          },
        });
        // With acks that are forgotten the watch is content before the broker is.
        disturbance.dropAcks = 0;
        for (let round = 0; round < 20; round += 1) {
          it.pass(2 * ackDeadlineMs);
          it.ack(...it.pull(1_000));
        }
        expect(it.broker.stats(subscription)).toMatchObject({ undelivered: 0, leased: 0 });
      }),
      { numRuns: 200 },
    );
  });
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Lane } from '../../proxy/panel/lanes.ts';
import type { Member } from '../../proxy/panel/member.ts';
import type { Question } from '../../proxy/panel/question.ts';
import { settingOf } from '../testing/settings.ts';
import { witnessOf } from '../testing/witness.ts';
import { createAsking } from './asking.ts';
import type { Host } from './host.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const host: Host = { name: 'one', isUp: true };

/** A seat whose questions and calls a test makes by hand. */
function rig({ cacheHolds = true, maxBytes = 1_000_000, calls = 2 } = {}) {
  const setting = settingOf(['all'], {
    backlog: { share: 0.25 },
    models: {
      weapons: {
        topic: 'about-weapons',
        target: 'weapons',
        reads: ['title'],
        batch: { max: 4, maxBytes },
        concurrency: { initial: calls, max: calls },
        queue: 5,
        policy: { review: 0.7, remove: 0.9 },
      },
    },
  });
  const witness = witnessOf();
  const asking = createAsking({
    config: setting.config,
    witness,
    books: { wasOwed: (itemId) => itemId !== 'settled' },
    cacheHolds: () => cacheHolds,
  });
  const waiting = { live: 0, backlog: 0 };
  const member = {
    name: 'weapons',
    version: 'v1',
    limit: calls,
    breaker: 'closed',
    waiting: (lane: Lane) => waiting[lane],
    ask: () => {},
  };
  asking.watch(host, new Map([['weapons', member as unknown as Member]]));
  let items = 0;
  const watched = member as unknown as Pick<Member, 'ask'>;
  return {
    asking,
    member,
    waiting,
    whats: () => witness.violations.map(({ what }) => what),
    call(lanes: readonly Lane[], { bytes = 10, item = '' } = {}) {
      const inputs = lanes.map(() => new Uint8Array(bytes));
      for (const [index, input] of inputs.entries()) {
        watched.ask({ input, lane: lanes[index]! } as unknown as Question);
      }
      const asked = lanes.map(() => ({ itemId: item || `item-${items++}`, revision: 1 }));
      asking.calling(host, 'weapons', inputs, asked);
      return {
        answer() {
          asking.answered(
            host,
            'weapons',
            asked,
            lanes.map(() => true),
            'v1',
          );
          asking.ended(host, 'weapons');
        },
      };
    },
  };
}
const LIVE = ['live'] as const;

test('calls within the limits are as they should be', () => {
  const it = rig();
  it.call(['live', 'live', 'backlog', 'live']).answer();
  it.call(['live'], { bytes: 2_000_000 }).answer();
  expect(it.whats()).toEqual([]);
});

test('a call with too many inputs, or too many bytes, and too many calls are told', () => {
  const it = rig({ maxBytes: 1_000 });
  it.call(['live', 'live', 'live', 'live', 'live']);
  it.call(['live', 'live'], { bytes: 600 });
  it.call(LIVE);
  expect(it.whats()).toEqual([
    'weapons: 5 inputs in a call, at most 4',
    'weapons: 1200 bytes in a call, at most 1000',
    'weapons: 3 calls in flight, at most 2',
  ]);
});

test('a queue above its bound is told', () => {
  const it = rig();
  it.waiting.live = 6;
  it.call(LIVE);
  expect(it.whats()).toEqual(['weapons: 6 live inputs wait, at most 5']);
});

test('a probe has one input, and the slow start one call more for each that has ended', () => {
  const it = rig();
  it.member.breaker = 'half-open';
  it.call(['live', 'live']).answer();
  it.member.breaker = 'closed';
  it.asking.breakerClosed(host, 'weapons');
  it.call(LIVE);
  it.call(LIVE);
  expect(it.whats()).toEqual(['weapons: a probe with 2 inputs']);
});

test('in the slow start a call has one input, and twice as many after each that has ended', () => {
  const it = rig();
  it.asking.breakerClosed(host, 'weapons');
  it.call(LIVE).answer();
  it.call(['live', 'live']);
  expect(it.whats()).toEqual([]);
  it.call(['live', 'live', 'live']);
  expect(it.whats()).toEqual(['weapons: 3 inputs in a call in the slow start, at most 2']);
});

test('a backlog that has the model to itself leaves a call free', () => {
  const it = rig({ calls: 4 });
  for (let call = 0; call < 4; call++) it.call(['backlog']);
  expect(it.whats()).toEqual(['weapons: the backlog takes call 4 of 4, and leaves none for live items']);
});

test('a backlog may have all of a few calls', () => {
  const it = rig({ calls: 3 });
  for (let call = 0; call < 3; call++) it.call(['backlog']);
  expect(it.whats()).toEqual([]);
});

test.each<[string, readonly Lane[]]>([
  ['more than its share', ['live', 'live', 'backlog', 'backlog']],
  ['nothing', ['live', 'live', 'live', 'live']],
])('while both lanes wait, a backlog that gets %s is told', (_name, lanes) => {
  const it = rig();
  it.waiting.live = 1;
  it.waiting.backlog = 1;
  for (let calls = 0; calls < 20; calls++) it.call(['live', 'live', 'live', 'backlog']).answer();
  expect(it.whats()).toEqual([]);
  for (let calls = 0; calls < 20; calls++) it.call(lanes).answer();
  expect(it.whats()[0]).toMatch(/the backlog's, its share is/);
});

test('what has been answered is not asked again, while the cache holds it', () => {
  const it = rig();
  const first = it.call(LIVE, { item: 'same' });
  const atTheSameTime = it.call(LIVE, { item: 'same' });
  first.answer();
  atTheSameTime.answer();
  expect(it.whats()).toEqual([]);
  vi.advanceTimersByTime(100);
  it.call(LIVE, { item: 'same' });
  expect(it.whats()).toEqual(['one asks weapons for revision 1 again, 100 ms after one had its answer']);

  const without = rig({ cacheHolds: false });
  without.call(LIVE, { item: 'same' }).answer();
  vi.advanceTimersByTime(100);
  without.call(LIVE, { item: 'same' });
  expect(without.whats()).toEqual([]);
});

test('the backlog asks only for what is owed', () => {
  const it = rig();
  it.call(['backlog']).answer();
  it.call(LIVE, { item: 'settled' }).answer();
  expect(it.whats()).toEqual([]);
  vi.advanceTimersByTime(10);
  it.call(['backlog'], { item: 'settled' });
  expect(it.whats()).toEqual(['one asks weapons for revision 1 from the backlog, where no entry owes it']);
});

test('a new version may be asked again', () => {
  const it = rig();
  it.call(LIVE, { item: 'same' }).answer();
  vi.advanceTimersByTime(100);
  it.member.version = 'v2';
  it.call(LIVE, { item: 'same' });
  expect(it.whats()).toEqual([]);
});

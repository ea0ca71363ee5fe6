import { status } from '@grpc/grpc-js';
import { describe, expect, test, vi } from 'vitest';
import { loadOf, settingOf } from '../testing/settings.ts';
import { drawScenario } from './scenario.ts';
import type { ScheduledFault } from './setting.ts';
import { runScenario, type Scenario } from './world.ts';

// A world takes a second or two of CPU, and a test that is given up leaves its clock to the next.
vi.setConfig({ testTimeout: 180_000 });

const scenarioOf = (changes: Partial<Scenario> = {}): Scenario => ({
  seed: 1,
  setting: settingOf(['all', 'all']),
  load: loadOf(),
  faults: [],
  ...changes,
});
const from5To20 = (fault: ScheduledFault['fault']): ScheduledFault => ({ atMs: 5_000, forMs: 15_000, fault });

describe('a world', () => {
  test('in which nothing happens decides every event, asks once for each, and settles at once', async () => {
    const { totals, violations, redeliveries, overtaken, settledInMs } = await runScenario(
      scenarioOf({ load: loadOf({ edits: 0 }) }),
    );
    expect(violations).toEqual([]);
    expect(totals).toEqual({
      received: totals.received,
      decided: totals.received,
      superseded: 0,
      quarantined: 0,
      abandoned: 0,
      lost: 0,
    });
    expect(totals.received).toBeGreaterThan(400);
    expect([redeliveries, overtaken]).toEqual([0, 0]);
    expect(settledInMs).toBeLessThan(1_000);
  });

  test('goes the same way every time that it is run', async () => {
    const [first, second] = [await runScenario(drawScenario(4)), await runScenario(drawScenario(4))];
    expect(second).toEqual(first);
    const { digest } = await runScenario(drawScenario(5));
    expect(digest).not.toBe(first.digest);
  });

  test('takes an hour of an incident within seconds', async () => {
    const setting = settingOf(['all', 'all']);
    const backlog = { ackDeadlineMs: 10_000, retryPolicy: { minimumBackoffMs: 10_000, maximumBackoffMs: 600_000 } };
    const { totals, violations, durationMs } = await runScenario(
      scenarioOf({
        setting: { ...setting, subscriptions: { ...setting.subscriptions, backlog } },
        load: loadOf({ durationMs: 3_600_000, rate: 1 }),
        faults: [{ atMs: 600_000, forMs: 2_400_000, fault: { kind: 'model hanging', model: 'weapons' } }],
      }),
    );
    expect(violations).toEqual([]);
    expect(durationMs).toBeGreaterThan(3_600_000);
    expect(totals).toMatchObject({ abandoned: 0, lost: 0 });
  });

  test('follows the way of one item', async () => {
    const { trace } = await runScenario(
      scenarioOf({ faults: [from5To20({ kind: 'model down', model: 'weapons' })] }),
      'item-150',
    );
    const text = trace.join('\n');
    expect(text).toMatch(/-- model down: weapons, for 15 s/);
    expect(text).toMatch(/event \d+ published/);
    expect(text).toMatch(/entry \d+ stored: owes weapons/);
    expect(text).toMatch(/decision stored: revision 1; about-money SCORED \d\.\d+; about-weapons SCORED/);
  });
});

/** Schedules in which a promise was once broken, or could be by a change that looks harmless. */
describe('it holds', () => {
  test.each<[string, Partial<Scenario>]>([
    [
      'that an older decision whose publish takes seconds is not confirmed after a newer one',
      {
        setting: settingOf(['all']),
        load: loadOf({ edits: 0.6 }),
        faults: [
          from5To20({ kind: 'publishes slow', delayMs: 3_000 }),
          from5To20({ kind: 'publishes refused', share: 0.5, code: status.UNAVAILABLE }),
        ],
      },
    ],
    [
      'that what waited for a slow model does not follow the edit that another replica has taken in',
      { load: loadOf({ edits: 0.6 }), faults: [from5To20({ kind: 'model slow', model: 'weapons', factor: 25 })] },
    ],
    [
      'that both of two ill models are asked again, whichever returns first',
      {
        faults: [
          from5To20({ kind: 'model down', model: 'weapons' }),
          { atMs: 6_000, forMs: 22_000, fault: { kind: 'model down', model: 'money' } },
        ],
      },
    ],
    [
      'that what waited for a replica leaves at the pace of the models, however small their queues',
      {
        setting: settingOf(['all'], {
          models: {
            weapons: {
              topic: 'about-weapons',
              target: 'weapons',
              reads: ['title', 'description'],
              batch: { max: 1 },
              queue: 20,
              policy: { review: 0.7, remove: 0.9 },
            },
          },
        }),
        load: loadOf({ rate: 40 }),
        faults: [{ atMs: 2_000, forMs: 25_000, fault: { kind: 'replica crashed', replica: 0 } }],
      },
    ],
    [
      'that a crash in the middle of the work loses nothing',
      {
        faults: [
          from5To20({ kind: 'model hanging', model: 'weapons' }),
          { atMs: 10_000, forMs: 3_000, fault: { kind: 'replica crashed', replica: 0 } },
          { atMs: 15_000, forMs: 3_000, fault: { kind: 'replica crashed', replica: 1 } },
        ],
      },
    ],
    [
      'that entries of one item for each model come together',
      {
        setting: settingOf(['items', 'backlog'], { backlog: { mode: 'per-model' } }),
        faults: [
          from5To20({ kind: 'model down', model: 'weapons' }),
          from5To20({ kind: 'model down', model: 'money' }),
          from5To20({ kind: 'duplicates', share: 0.3 }),
        ],
      },
    ],
    [
      'that a frozen cache costs no event anything but a repeated question',
      { faults: [from5To20({ kind: 'cache frozen' }), from5To20({ kind: 'acks lost', share: 0.3 })] },
    ],
  ])('%s', async (_name, changes) => {
    const { totals, violations, settledInMs } = await runScenario(scenarioOf(changes));
    expect(violations).toEqual([]);
    expect(totals.lost).toBe(0);
    expect(settledInMs).toBeLessThan(30_000);
  });
});

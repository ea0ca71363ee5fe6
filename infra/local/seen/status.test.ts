import { expect, test } from 'vitest';
import { parseSamples } from '../scrape.ts';
import { momentOf, pointOf } from './moment.ts';
import { startStatus, statusLine } from './status.ts';

const totals = {
  published: 0,
  decided: 0,
  quarantined: 0,
  superseded: 0,
  abandoned: 0,
  waiting: 7,
  unheard: 2,
  waitingOfOthers: 0,
};
const moment = momentOf(
  [
    {
      atMs: new Date(2026, 0, 31, 12, 0, 5).getTime(),
      totals,
      mainStream: { behind: 2, oldestMs: 0, firstWords: 0, p50Ms: null, p99Ms: null },
      replicas: [{ samples: parseSamples('eddy_model_breaker_state{model="arms"} 2'), answers: true }],
    },
  ],
  { models: ['arms', 'money'], replicas: ['proxy-1'] },
);

test('says in one line how it goes', () => {
  expect(statusLine(moment)).toBe(
    '12:00:05  in 0/s  settled 0/s  behind 2  waiting 7  arms 0/s (open)  money 0/s  cache hits –',
  );
});

test('an open breaker is painted', () => {
  const painted: string[] = [];
  statusLine(moment, (style, text) => {
    painted.push(`${style}: ${text}`);
    return text;
  });
  expect(painted).toEqual(['red: arms 0/s (open)', 'dim: 12:00:05']);
});

test('shows each moment, and takes the line away at the end', () => {
  const shown: string[] = [];
  const listeners = new Set<(now: typeof moment, point: ReturnType<typeof pointOf>) => void>();
  const sampler = {
    onMoment(listener: (now: typeof moment, point: ReturnType<typeof pointOf>) => void) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const status = startStatus(sampler, { show: (line) => shown.push(line) }, (_, text) => text);
  for (const listener of listeners) listener(moment, pointOf(moment));
  status[Symbol.dispose]();
  expect(shown).toEqual([statusLine(moment), '']);
  expect(listeners.size).toBe(0);
});

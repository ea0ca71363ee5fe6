import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createBooks } from '../books.ts';
import type { Moment } from '../console/wire.ts';
import { watchFirstWords } from './first-words.ts';
import { startSampler } from './sampler.ts';

test('looks at its pace, never twice at one time, and no more once it is disposed of', async () => {
  let asking = 0;
  let most = 0;
  let asked = 0;
  const replica = {
    name: 'proxy-1',
    async figures() {
      asked++;
      most = Math.max(most, ++asking);
      await sleep(30);
      asking--;
      return { samples: new Map() };
    },
  };
  const moments: Moment[] = [];
  const sampler = startSampler({
    replicas: [replica],
    models: ['arms'],
    firstWords: watchFirstWords(createBooks()),
    everyMs: 5,
  });
  const end = sampler.onMoment((moment) => moments.push(moment));
  await expect.poll(() => moments.length).toBeGreaterThan(1);
  expect(most).toBe(1);
  expect(sampler.points.length).toBe(moments.length);
  expect(sampler.latest).toBe(moments.at(-1));
  end();
  await sampler[Symbol.asyncDispose]();
  const before = asked;
  await sleep(50);
  expect([asked, asking]).toEqual([before, 0]);
});

test('a replica that hands out what it said last does not answer', async () => {
  const last = { samples: new Map() };
  const replicas = [
    { name: 'gone', figures: async () => last },
    { name: 'there', figures: async () => ({ samples: new Map() }) },
  ];
  await using sampler = startSampler({
    replicas,
    models: [],
    firstWords: watchFirstWords(createBooks()),
    everyMs: 5,
  });
  await expect.poll(() => sampler.latest?.replicas).toMatchObject([{ answers: false }, { answers: true }]);
});

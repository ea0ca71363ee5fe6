import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { PredictResponse } from '../../../proto/generated/moderation/v1/model.ts';
import type { ModelClient } from '../../../proxy/panel/model-client.ts';
import { startLoad } from './load.ts';

const inputs = ['a', 'b', 'c'].map((text) => Buffer.from(text));

/** A model that answers after a moment, and what it was asked. */
function modelWith(answer: (asked: readonly Uint8Array[]) => Partial<PredictResponse>) {
  const asked: string[] = [];
  let underWay = 0;
  let mostUnderWay = 0;
  const client: ModelClient = {
    async predict(batch) {
      asked.push(batch.map(String).join(''));
      underWay++;
      mostUnderWay = Math.max(mostUnderWay, underWay);
      await sleep(2);
      underWay--;
      return { predictions: [], modelVersion: 'test-1', ...answer(batch) };
    },
    close() {},
  };
  return { client, asked, mostUnderWay: () => mostUnderWay };
}

const scored = modelWith((asked) => ({ predictions: asked.map(() => ({ probability: 0.5 })) }));

test('so many calls are under way at a time, each with the next inputs, until the end', async () => {
  const load = startLoad(scored.client, { inputs, batch: 2, calls: 3 });
  await expect.poll(() => load.answered).toBeGreaterThanOrEqual(10);
  await load[Symbol.asyncDispose]();
  expect(scored.asked.slice(0, 4)).toEqual(['ab', 'ca', 'bc', 'ab']);
  expect(scored.mostUnderWay()).toBe(3);
  const { answered } = load;
  expect(answered).toBe(scored.asked.length * 2);
  await sleep(20);
  expect(load.answered).toBe(answered);
});

test.each([
  ['an error', { predictions: [{ error: { code: 3, message: 'no item', details: [] } }] }, /no probability: no item/],
  ['neither score nor error', { predictions: [{}] }, /no probability: and no error/],
  ['nothing', { predictions: [] }, /1 inputs had 0 predictions/],
])('an input that is answered with %s ends it', async (_what, answer, message) => {
  const { client, asked } = modelWith(() => answer);
  await using load = startLoad(client, { inputs, batch: 1, calls: 1 });
  await expect(load.failed).rejects.toThrow(message);
  expect(load.answered).toBe(0);
  expect(asked).toHaveLength(1);
});

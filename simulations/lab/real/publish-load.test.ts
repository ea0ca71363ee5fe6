import { expect, test } from 'vitest';
import { createRandom } from '../../world/random.ts';
import { createListings } from '../listings.ts';
import { type LoadOptions, publishLoad } from './publish-load.ts';

function rig(changes: Partial<LoadOptions> = {}) {
  const published: string[] = [];
  let confirmed = 0;
  const random = createRandom('publish');
  const startedAtMs = performance.now();
  const options: LoadOptions = {
    pubsub: { topic: () => ({ publishMessage: async () => `message-${confirmed++}` }) },
    listings: createListings({ edits: 0, repeats: 0, invalid: 0 }, random.fork('listings')),
    arrivals: random.fork('arrivals'),
    rate: 400,
    load: { factor: 1 },
    loadMs: 500,
    now: () => performance.now() - startedAtMs,
    signal: new AbortController().signal,
    onPublish: ({ eventId }) => void published.push(eventId),
    ...changes,
  };
  return { options, published, confirmed: () => confirmed };
}

test('as many events are published as the rate says, and each is confirmed', async () => {
  const { options, published, confirmed } = rig();
  await publishLoad(options);
  // 200 on average, with a standard deviation of 14; the seed makes it the same every time.
  expect(Math.abs(published.length - 200)).toBeLessThan(50);
  expect(confirmed()).toBe(published.length);
  expect(options.now()).toBeGreaterThan(450);
});

test('a burst publishes so many times as much', async () => {
  const { options, published } = rig({ load: { factor: 5 } });
  await publishLoad(options);
  expect(Math.abs(published.length - 1_000)).toBeLessThan(120);
});

test('the signal ends it', async () => {
  const stop = new AbortController();
  const { options } = rig({ signal: stop.signal, loadMs: 60_000, onPublish: () => stop.abort() });
  await publishLoad(options);
  expect(options.now()).toBeLessThan(10_000);
});

test('a publish that is not confirmed ends it with its reason', async () => {
  const pubsub = { topic: () => ({ publishMessage: () => Promise.reject(new Error('4 DEADLINE_EXCEEDED')) }) };
  const { options } = rig({ pubsub, loadMs: 60_000 });
  await expect(publishLoad(options)).rejects.toMatchObject({
    message: 'an event could not be published: 4 DEADLINE_EXCEEDED',
  });
});

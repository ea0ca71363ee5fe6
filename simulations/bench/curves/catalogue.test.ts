import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readListings } from '../../../infra/local/source.ts';
import type { Ground } from '../ground.ts';
import { SATURATION } from '../traffic.ts';
import { CURVES, type CurveName } from './catalogue.ts';
import type { Curve } from './curve.ts';

const listings = await readListings(join(import.meta.dirname, '../../../test/data/items.jsonl'));
const ground = { listings } as Pick<Ground, 'listings'> as Ground;
const size = { models: 5, warmUp: 100, items: 4_000, pace: { rate: SATURATION, outstanding: 1_000 } };
const planAt = (name: CurveName, x: number) => (CURVES[name] as Curve).plan(x, 'eddy', ground, size);

interface Written {
  readonly models: Readonly<Record<string, { readonly target: string }>>;
}
const targetsIn = (text: string) => Object.values((parse(text) as Written).models).map(({ target }) => target);

test('the number of models is that of the configuration', () => {
  expect(targetsIn(planAt('models', 20).configuration)).toHaveLength(20);
});

test('as many models are down as the share says', () => {
  const downAt = (share: number) =>
    targetsIn(planAt('failing', share).configuration).filter((target) => target === '127.0.0.1:1').length;
  expect([0, 20, 60, 100].map(downAt)).toEqual([0, 1, 3, 5]);
});

test('at a low rate there are as many items as take some seconds, after a warm-up that is not so slow', () => {
  const { count, pace, warmUpPace } = planAt('rate', 5);
  expect([count, pace.rate, warmUpPace!.rate]).toEqual([50, 5, SATURATION]);
  expect(planAt('rate', SATURATION).count).toBe(size.items);
});

test('cached items have primers, and large items are large', () => {
  expect(planAt('hits', 50).items.primers).toBeGreaterThan(0);
  expect(planAt('size', 20).items.item(1).data.length).toBeGreaterThan(20_000);
});

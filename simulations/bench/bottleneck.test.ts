import { expect, test } from 'vitest';
import { bottleneckOf, describeBottleneck } from './bottleneck.ts';
import { sampleUse } from './sample-turns.ts';

test('the side whose thread is in use all the time is the bottleneck, although the machine is full too', () => {
  const use = sampleUse({ contestant: 0.95, driver: 0.9 }, 2);
  expect(bottleneckOf(use)).toBe('contestant');
  expect(describeBottleneck(use, 'naive')).toBe('naive at 95 %');
});

test('another side than the contestant can be it', () => {
  expect(describeBottleneck(sampleUse({ contestant: 0.5, 'Pub/Sub': 0.97 }), 'floor')).toBe('Pub/Sub at 97 %');
});

test('where no side is at its limit, and all cores are in use, they are it', () => {
  const use = sampleUse({ contestant: 0.7, models: 0.6 }, 1.98);
  expect(bottleneckOf(use)).toBe('cores');
  expect(describeBottleneck(use, 'eddy')).toBe('the 2 cores; nearest eddy at 70 %');
});

test('where there is room everywhere, nobody is', () => {
  const use = sampleUse({ contestant: 0.1, driver: 0.2 }, 0.4);
  expect(bottleneckOf(use)).toBe('none');
  expect(describeBottleneck(use, 'eddy')).toBe('none; nearest driver at 20 %');
});

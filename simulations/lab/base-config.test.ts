import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { parseConfig } from '../../proxy/config.ts';
import { baseConfig, modelNames } from './base-config.ts';

test('models have names of their own, however many there are', () => {
  expect(modelNames(1)).toEqual(['weapons']);
  expect(new Set(modelNames(100)).size).toBe(100);
  expect(modelNames(12).slice(10)).toEqual(['topic-11', 'topic-12']);
});

test('the configuration of the lab is one that ships could have, with models that all read and need the same', () => {
  const { models } = parseConfig(stringify(baseConfig(modelNames(3))), {});
  const alike = Object.values(models).map(({ topic: _topic, target: _target, ...rest }) => rest);
  expect(alike).toEqual(Array(3).fill(alike[0]));
  expect(Object.keys(models)).toEqual(['weapons', 'money', 'counterfeit']);
});

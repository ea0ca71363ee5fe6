import { expect, test } from 'vitest';
import { MODELS, targetVariable } from '../../infra/local/stack.ts';
import { parseConfig } from '../../proxy/config.ts';
import { configurationOf } from './configuration.ts';

const env = {
  CATALOG_TARGET: '127.0.0.1:1',
  ...Object.fromEntries(MODELS.map((model, index) => [targetVariable(model), `127.0.0.1:${index + 2}`])),
};

test.each([1, 5, 20])('a configuration with %i models is valid, and the models take turns at the hosts', (models) => {
  const config = parseConfig(configurationOf(models), env);
  const targets = Object.values(config.models).map(({ target }) => target);
  expect(targets).toHaveLength(models);
  expect(new Set(targets).size).toBe(Math.min(models, MODELS.length));
});

import { describe, expect, test } from 'vitest';
import { overlaid } from './overlay.ts';

const config = {
  cache: { kind: 'redis', url: 'redis://lab' },
  enrichment: { seller: { target: 'catalogue', ttl: '5m' } },
  models: { weapons: { timeout: '400ms', batch: { max: 4 } }, money: { timeout: '300ms' } },
};

describe('what a strategy changes of a configuration', () => {
  test('is laid over it key by key, and the rest stays', () => {
    expect(overlaid(config, { config: { cache: { kind: 'memory' }, backlog: { mode: 'combined' } } })).toEqual({
      ...config,
      cache: { kind: 'memory', url: 'redis://lab' },
      backlog: { mode: 'combined' },
    });
  });

  test('of models is laid over each of them alike', () => {
    expect(overlaid(config, { config: {}, model: { batch: { max: 1 } } })['models']).toEqual({
      weapons: { timeout: '400ms', batch: { max: 1 } },
      money: { timeout: '300ms', batch: { max: 1 } },
    });
  });

  test('of the source of sellers is laid over it', () => {
    expect(overlaid(config, { config: {}, seller: { ttl: '1ms' } })['enrichment']).toEqual({
      seller: { target: 'catalogue', ttl: '1ms' },
    });
  });

  test('makes up no source and no model where there is none', () => {
    const changes = { config: {}, model: { batch: { max: 1 } }, seller: { ttl: '1ms' } };
    expect(overlaid({ cache: {} }, changes)).toEqual({ cache: {} });
    expect(overlaid({ enrichment: {} }, changes)).toEqual({ enrichment: {} });
    expect(overlaid({ models: null, enrichment: null }, changes)).toEqual({ models: null, enrichment: null });
  });

  test('leaves to the check of the configuration what is no section', () => {
    expect(
      overlaid({ cache: 'redis', models: { weapons: 7 } }, { config: { cache: { kind: 'none' } }, model: {} }),
    ).toEqual({ cache: { kind: 'none' }, models: { weapons: 7 } });
  });

  test('changes nothing of what was handed in', () => {
    const before = structuredClone(config);
    overlaid(config, { config: { cache: { kind: 'none' } }, model: { timeout: '1s' }, seller: { ttl: '1ms' } });
    expect(config).toEqual(before);
  });
});

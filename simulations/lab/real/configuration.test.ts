import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { MODELS } from '../../../infra/local/stack.ts';
import { ConfigError } from '../../../proxy/config.ts';
import { strategyNamed } from '../strategies/strategies.ts';
import { localConfiguration } from './configuration.ts';

const nack = strategyNamed('nack', MODELS);
const eddy = strategyNamed('eddy', MODELS);
const SHIPPED = join(import.meta.dirname, '../../../infra/local/eddy.yaml');

function fileWith(change: (text: string) => string): string {
  const folder = mkdtempSync(join(tmpdir(), 'eddy-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'own.yaml');
  writeFileSync(file, change(readFileSync(SHIPPED, 'utf8')));
  return file;
}

test("without a file it is the lab's, for the models that the local stack has", () => {
  const { config, cache } = localConfiguration(undefined, nack, {});
  expect(Object.keys(config.models)).toEqual(['weapons', 'money', 'counterfeit']);
  expect([config.cache.kind, cache]).toEqual(['none', 'own-memory']);
});

test('a strategy says which caches there are', () => {
  const cacheOf = (name: string) => localConfiguration(undefined, strategyNamed(name, MODELS), {}).cache;
  expect(cacheOf('memory-cache')).toBe('own-memory');
  expect(cacheOf('sidecar-cache')).toBe('beside-each');
  expect(cacheOf('redis-cache')).toBe('shared');
  expect(localConfiguration(SHIPPED, eddy, {}).cache).toBe('shared');
});

test("one's own file keeps its settings, but for addresses and names", () => {
  const file = fileWith((text) =>
    text
      .replace(/\$\{WEAPONS_TARGET.*\}/, 'dns:///weapons.production:50051')
      .replace(/project: .*/, 'project: production\n  subscriptions: { items: theirs }')
      .replace('budget: 2s', 'budget: 3s'),
  );
  const { text, config } = localConfiguration(file, eddy, {});
  expect(text).not.toMatch(/production|theirs/);
  expect(parse(text).models.weapons.target).toMatch(/^\$\{WEAPONS_TARGET\}$/);
  expect([config.items.budget, config.models['weapons']!.policy.review]).toEqual([3_000, 0.86]);
});

test('a file that is wrong is told as the proxy tells it', () => {
  const file = fileWith((text) => text.replace('budget: 2s', 'budget: soon'));
  expect(() => localConfiguration(file, eddy, {})).toThrow(ConfigError);
  expect(() => localConfiguration(file, eddy, {})).toThrow(
    /own\.yaml can't be used[\s\S]*items\.budget: expected a duration/,
  );
});

test('models that the local stack has not are named', () => {
  const file = fileWith((text) => text.replaceAll('money', 'nudity'));
  expect(() => localConfiguration(file, eddy, {})).toThrow(
    'the local stack has no model nudity; it has counterfeit, money, weapons',
  );
});

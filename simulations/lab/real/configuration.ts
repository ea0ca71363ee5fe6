import { readFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import type { CacheWish } from '../../../infra/local/choices.ts';
import { MODELS, targetVariable } from '../../../infra/local/stack.ts';
import { type Config, parseConfig, readConfig } from '../../../proxy/config.ts';
import { baseConfig, modelNames } from '../base-config.ts';
import { overlaid } from '../overlay.ts';
import type { ConfigOverlay, Strategy } from '../strategy.ts';
import { RealRunError } from './real-run-error.ts';

/** A configuration for the proxies of a local stack. */
export interface LocalConfiguration {
  /** What their file holds; addresses come from the environment that the stack gives them. */
  readonly text: string;
  /** What it says, but for the addresses. */
  readonly config: Config;
  /** The caches that the strategy needs. */
  readonly cache: CacheWish;
}

/** The models of the local stack, in the lab's order as far as it knows them: the first is the one that falls ill. */
const LOCAL_MODELS = [...new Set([...modelNames(MODELS.length).filter((name) => MODELS.includes(name)), ...MODELS])];

/** What the stack tells the proxies; the addresses are not known yet. */
const TOLD_BY_STACK: Readonly<Record<string, string>> = {
  ...Object.fromEntries(MODELS.map((model) => [targetVariable(model), '127.0.0.1:1'])),
  CATALOG_TARGET: '127.0.0.1:1',
  CACHE_KIND: 'redis',
  HTTP_PORT: '0',
  GRPC_PORT: '0',
  LOG_LEVEL: 'info',
};

/**
 * A configuration with what the strategy changes of it, and with the local stack's addresses and names in place of its
 * own.
 *
 * @param file one's own; without it, it is the lab's, for the models of the local stack
 * @throws ConfigError with all its faults; RealRunError where it has models that the local stack has not
 */
export function localConfiguration(
  file: string | undefined,
  strategy: Pick<Strategy, 'name' | 'config' | 'model' | 'build'>,
  env: NodeJS.ProcessEnv,
): LocalConfiguration {
  const known = { ...env, ...TOLD_BY_STACK };
  const own = file === undefined ? baseConfig(LOCAL_MODELS) : readOwn(file, known);
  const text = stringify(localised(overlaid(own, strategy)), { lineWidth: 0 });
  const config = parseConfig(text, known, `${file ?? "the lab's configuration"} under strategy ${strategy.name}`);
  return { text, config, cache: cacheFor(config, strategy) };
}

function readOwn(file: string, env: NodeJS.ProcessEnv): ConfigOverlay {
  // What is wrong with it is told with its own lines.
  requireModels(file, Object.keys(readConfig(file, env).models));
  return parse(readFileSync(file, 'utf8'), { logLevel: 'error' });
}

function requireModels(file: string, models: readonly string[]): void {
  const unknown = models.filter((model) => !MODELS.includes(model));
  if (unknown.length === 0) return;
  throw new RealRunError(
    `${file}: the local stack has no model ${unknown.join(', ')}; it has ${MODELS.join(', ')}. ` +
      'Leave the others out, or run it in virtual time',
  );
}

/** All that is elsewhere in production is here what the stack has started. */
function localised(config: ConfigOverlay): ConfigOverlay {
  const sectionOf = (name: string) => (config[name] ?? {}) as ConfigOverlay;
  const { topics: _topics, subscriptions: _subscriptions, ...pubsub } = sectionOf('pubsub');
  const { seller, ...enrichment } = sectionOf('enrichment');
  const models = Object.entries(sectionOf('models')).map(([name, model]) => [
    name,
    { ...(model as ConfigOverlay), target: variable(targetVariable(name)) },
  ]);
  return {
    ...config,
    pubsub: { ...pubsub, project: PROJECT },
    cache: { ...sectionOf('cache'), url: variable('REDIS_URL', 'redis://127.0.0.1:6379') },
    enrichment: seller ? { ...enrichment, seller: { ...seller, target: variable('CATALOG_TARGET') } } : enrichment,
    models: Object.fromEntries(models),
    http: { port: variable('HTTP_PORT') },
    grpc: { port: variable('GRPC_PORT') },
    log: { level: variable('LOG_LEVEL') },
  };
}

/** How a configuration names a variable of the environment. */
function variable(name: string, fallback?: string): string {
  return fallback === undefined ? `\${${name}}` : `\${${name}:-${fallback}}`;
}

/** The project of the stack's Pub/Sub. */
export const PROJECT = 'eddy-lab';

function cacheFor({ cache }: Config, { build }: Pick<Strategy, 'build'>): CacheWish {
  if (cache.kind !== 'redis') return 'own-memory';
  return build.hasSidecar ? 'beside-each' : 'shared';
}

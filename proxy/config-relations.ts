import type { Config } from './config-schema.ts';

/** One thing wrong with a configuration: where, and what was expected. */
export interface ConfigFault {
  readonly path: string;
  readonly message: string;
}

/** What must hold between values, each of which is valid by itself. */
export function relationFaults(config: Config): ConfigFault[] {
  return [...budgetFaults(config), ...modelFaults(config), ...topicFaults(config), ...cacheFaults(config)];
}

function budgetFaults({ items, backlog, pubsub }: Config): ConfigFault[] {
  const faults: ConfigFault[] = [];
  for (const [path, { budget }] of [['items.budget', items] as const, ['backlog.budget', backlog] as const]) {
    // When its budget is spent a pass may wait for an older decision's publish; all that it publishes goes at one time.
    if (budget + 2 * pubsub.publishTimeout >= pubsub.ackDeadline) {
      faults.push({
        path,
        message: `${budget} ms and twice a publish of ${pubsub.publishTimeout} ms must end before pubsub.ackDeadline (${pubsub.ackDeadline} ms)`,
      });
    }
  }
  if (backlog.maxAge <= backlog.budget) {
    faults.push({ path: 'backlog.maxAge', message: 'must be longer than backlog.budget' });
  }
  return faults;
}

function modelFaults({ models, items, backlog, enrichment }: Config): ConfigFault[] {
  const faults: ConfigFault[] = [];
  for (const [name, model] of Object.entries(models)) {
    const fault = (path: string, message: string) => faults.push({ path: `models.${name}.${path}`, message });
    const before = Math.max(0, ...model.needs.map((source) => enrichment[source]?.timeout ?? 0));
    for (const [key, budget] of [
      ['items.budget', items.budget] as const,
      ['backlog.budget', backlog.budget] as const,
    ]) {
      if (before + model.timeout >= budget) {
        const what = before > 0 ? `${model.timeout} ms after an enrichment of ${before} ms` : `${model.timeout} ms`;
        fault('timeout', `${what} must fit into ${key} (${budget} ms)`);
      }
    }
    if (model.breaker.reset <= model.timeout) {
      // A call that was under way when the breaker opened could otherwise end as its probe.
      fault('breaker.reset', `must be longer than the model's timeout (${model.timeout} ms)`);
    }
    if (model.policy.review > model.policy.remove) {
      fault('policy', `review (${model.policy.review}) must not be above remove (${model.policy.remove})`);
    }
    if (model.concurrency.initial > model.concurrency.max) {
      fault('concurrency', `initial (${model.concurrency.initial}) must not be above max (${model.concurrency.max})`);
    }
    for (const source of model.needs) {
      if (!enrichment[source]) fault('needs', `"${source}" has no section enrichment.${source}`);
    }
  }
  return faults;
}

function topicFaults({ models, pubsub }: Config): ConfigFault[] {
  const faults: ConfigFault[] = [];
  const modelOf = new Map<string, string>();
  for (const [name, { topic }] of Object.entries(models)) {
    const other = modelOf.get(topic);
    if (other)
      faults.push({ path: `models.${name}.topic`, message: `"${topic}" is already the topic of models.${other}` });
    else modelOf.set(topic, name);
  }
  const purposeOf = new Map<string, string>();
  for (const [purpose, topic] of Object.entries(pubsub.topics)) {
    const other = purposeOf.get(topic);
    if (other) faults.push({ path: `pubsub.topics.${purpose}`, message: `"${topic}" already serves as ${other}` });
    else purposeOf.set(topic, purpose);
  }
  if (pubsub.subscriptions.items === pubsub.subscriptions.backlog) {
    faults.push({ path: 'pubsub.subscriptions.backlog', message: 'must differ from pubsub.subscriptions.items' });
  }
  return faults;
}

function cacheFaults({ cache, backlog, items, enrichment }: Config): ConfigFault[] {
  const faults: ConfigFault[] = [];
  if (cache.ttl < backlog.maxAge) {
    // An entry must still find the newer revision that makes it superfluous.
    faults.push({ path: 'cache.ttl', message: `must be at least backlog.maxAge (${backlog.maxAge} ms)` });
  }
  const sellersAtOnce = items.maxInFlight + backlog.maxInFlight;
  if (enrichment.seller && enrichment.seller.maxEntries < sellersAtOnce) {
    const message = `must be at least items.maxInFlight and backlog.maxInFlight together (${sellersAtOnce})`;
    faults.push({ path: 'enrichment.seller.maxEntries', message });
  }
  if (cache.kind === 'redis' && !cache.url) {
    faults.push({ path: 'cache.url', message: 'expected the address of Redis, because cache.kind is "redis"' });
  }
  if (cache.kind === 'redis' && cache.url && !/^rediss?:\/\//.test(cache.url)) {
    // The value may hold a password: it is not repeated.
    faults.push({ path: 'cache.url', message: 'expected redis:// or rediss:// at its beginning' });
  } else if (cache.kind === 'redis' && cache.url && !URL.canParse(cache.url)) {
    const message = 'expected a URL such as redis://:PASSWORD@HOST:6379; in a password / is %2F, # is %23 and @ is %40';
    faults.push({ path: 'cache.url', message });
  }
  // An item makes two trips to the cache, each of up to 1.25 times that and some milliseconds by which timers are late,
  // and together they may cost it 50 ms.
  if (cache.timeout > 16) faults.push({ path: 'cache.timeout', message: 'must be at most 16ms' });
  return faults;
}

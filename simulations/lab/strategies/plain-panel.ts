import { MAX_VERSION_LENGTH, type Outcome, pending } from '../../../proxy/moderation/outcome.ts';
import { CallError, type ModelClient } from '../../../proxy/panel/model-client.ts';
import type { Panel, PanelConsultation, PanelOptions } from '../../../proxy/panel/panel.ts';
import { outcomeOf, outcomeOfFault } from '../../../proxy/panel/prediction.ts';

/**
 * The panel of a proxy without what Eddy puts in front of a model: a look into the cache, then one unary call for each
 * model with its deadline. No breaker, no limit, no batches, nobody waits for anybody.
 */
export function createPlainPanel({ config, connect, cache, observer, now }: PanelOptions): Panel {
  const clients = new Map<string, ModelClient>();
  const versions = new Map<string, string>();
  for (const [name, { target }] of Object.entries(config.models)) clients.set(name, connect(target));

  function learnVersion(name: string, said: string): void {
    if (said.length <= MAX_VERSION_LENGTH) versions.set(name, said);
  }

  async function fromCache({ subject, ask }: PanelConsultation): Promise<Map<string, Outcome>> {
    const wanted = ask.flatMap((model) => {
      const { reads, needs } = config.models[model]!;
      const modelVersion = versions.get(model);
      if (modelVersion) return [{ model, modelVersion, digest: subject.digest(reads, needs) }];
      observer.cacheBypassed(model);
      return [];
    });
    const found = wanted.length > 0 ? await cache.lookUp(wanted) : undefined;
    const outcomes = new Map<string, Outcome>();
    for (const [index, { model }] of wanted.entries()) {
      const score = found?.[index];
      if (score) outcomes.set(model, score);
      if (score) observer.cacheHit(model);
      else if (found) observer.cacheMissed(model);
      else observer.cacheBypassed(model);
    }
    return outcomes;
  }

  async function call(name: string, { subject, expiresAtMs }: PanelConsultation): Promise<Outcome> {
    const { reads, needs, timeout } = config.models[name]!;
    const remainingMs = expiresAtMs - now();
    if (remainingMs <= 0) return pending("DEADLINE_EXCEEDED: the item's budget is spent");
    try {
      const response = await clients.get(name)!.predict([subject.input(needs)], Math.min(timeout, remainingMs));
      const { predictions, modelVersion } = response;
      learnVersion(name, modelVersion);
      if (predictions.length !== 1) return pending(`INTERNAL: expected 1 prediction, got ${predictions.length}`);
      const outcome = outcomeOf(predictions[0]!, modelVersion);
      if (outcome.state === 'scored') cache.keep(name, [{ digest: subject.digest(reads, needs), score: outcome }]);
      return outcome;
    } catch (error) {
      if (error instanceof CallError) return outcomeOfFault(error.code, error.message);
      throw error;
    }
  }

  return {
    members: new Map(),
    async consult(consultation) {
      const outcomes = await fromCache(consultation);
      const missing = consultation.ask.filter((name) => !outcomes.has(name));
      await Promise.all(missing.map(async (name) => void outcomes.set(name, await call(name, consultation))));
      return outcomes;
    },
    async refreshVersions() {
      const unknown = [...clients].filter(([name]) => !versions.has(name));
      const asked = unknown.map(async ([name, client]) => {
        const { modelVersion } = await client.predict([], config.models[name]!.timeout);
        learnVersion(name, modelVersion);
      });
      await Promise.allSettled(asked); // A model that is away says no version.
    },
    close() {
      for (const client of clients.values()) client.close();
    },
  };
}

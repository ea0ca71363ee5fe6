import type { z } from 'zod';
import { configSchema } from '../../proxy/config-schema.ts';
import type { Role } from '../../proxy/proxy.ts';
import type { Load, Setting } from '../world/setting.ts';

type ConfigInput = z.input<typeof configSchema>;

/** A small world: two models, `weapons` and `money`, that read the title, each with a few servers. */
export function settingOf(roles: readonly Role[], changes: Partial<ConfigInput> = {}): Setting {
  const model = (name: string): ConfigInput['models'][string] => ({
    topic: `about-${name}`,
    target: name,
    reads: ['title', 'description'],
    breaker: { minimumCalls: 5, reset: '1s' },
    policy: { review: 0.7, remove: 0.9 },
  });
  const config = configSchema.parse({
    pubsub: { project: 'world' },
    cache: { kind: 'redis', url: 'redis://simulated' },
    models: { weapons: model('weapons'), money: model('money') },
    ...changes,
  });
  const traits = { needs: [], servers: 8, serviceMs: 10 };
  return {
    config,
    roles,
    models: Object.entries(config.models).map(([name, { reads }]) => ({ name, reads, ...traits })),
    subscriptions: {
      items: { ackDeadlineMs: 10_000, retryPolicy: { minimumBackoffMs: 1_000, maximumBackoffMs: 5_000 } },
      backlog: { ackDeadlineMs: 10_000, retryPolicy: { minimumBackoffMs: 1_000, maximumBackoffMs: 5_000 } },
    },
  };
}

export function loadOf(changes: Partial<Load> = {}): Load {
  return {
    durationMs: 30_000,
    rate: 20,
    edits: 0.3,
    delistings: 0.1,
    repeats: 0,
    disorder: 0,
    invalid: 0,
    ...changes,
  };
}

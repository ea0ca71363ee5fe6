import type { BrokerWish } from '../../../infra/local/choices.ts';
import type { SubscriptionSetting } from '../../../infra/local/pubsub-setup.ts';
import { findRedisServer, redisServerInstallation } from '../../../infra/servers/redis-server.ts';
import { settleBoundMs } from '../../chaos/settle-bound.ts';
import type { Incident } from '../incident.ts';
import { lastsMs } from '../incident-schema.ts';
import type { Strategy } from '../strategy.ts';
import { type LocalConfiguration, localConfiguration } from './configuration.ts';
import { planSteps, type Step } from './real-faults.ts';
import { RealRunError } from './real-run-error.ts';

export interface RealRunOptions {
  readonly incident: Incident;
  readonly strategy: Strategy;
  readonly replicas: number;
  /** Events per second, on average. */
  readonly rate: number;
  readonly seed: number;
  /** A configuration of one's own; without it, the lab's for the models of the local stack. */
  readonly config?: string | undefined;
  /**
   * The Pub/Sub that it runs on; by default the embedded one. Google's emulator (0.8.20) delivers what is given back for
   * the first time at once, where Pub/Sub pauses as the retry policy says; and with pauses of 5 to 20 s, most of what was
   * given back for a minute had not come again after three more.
   */
  readonly broker?: BrokerWish | undefined;
  readonly env: NodeJS.ProcessEnv;
}

/** All that determines a run on the local stack. Times are milliseconds since the begin of the load. */
export interface RealPlan extends Omit<RealRunOptions, 'config' | 'broker'> {
  readonly broker: BrokerWish;
  readonly configuration: LocalConfiguration;
  /** Those of the configuration, in its order: the first is the one that `ill` means. */
  readonly models: readonly string[];
  readonly steps: readonly Step[];
  readonly subscriptions: Readonly<Record<'items' | 'backlog', SubscriptionSetting>>;
  /** How long events are published. */
  readonly loadMs: number;
  /** How long all that is open then may take. */
  readonly settleMs: number;
}

/** Each is a process of this machine. */
const MAX_REPLICAS = 20;

/**
 * Looks whether an incident can be run on the local stack, and how. Nothing is started.
 *
 * @throws RealRunError where it can't; ConfigError for a configuration at fault
 */
export async function planReal({ config, broker = 'embedded', ...options }: RealRunOptions): Promise<RealPlan> {
  const { incident, strategy, replicas, env } = options;
  if (strategy.onlyVirtual !== undefined) {
    throw new RealRunError(`strategy ${strategy.name} can't be run with --real: ${strategy.onlyVirtual}`);
  }
  if (replicas > MAX_REPLICAS) {
    throw new RealRunError(`${replicas} replicas can't be run with --real, but at most ${MAX_REPLICAS}`);
  }
  const configuration = localConfiguration(config, strategy, env);
  if (configuration.cache !== 'own-memory' && !(await findRedisServer())) {
    throw new RealRunError(
      `strategy ${strategy.name} needs a redis-server on the PATH to be run with --real (${redisServerInstallation})`,
    );
  }
  const models = Object.keys(configuration.config.models);
  const steps = planSteps(incident, models, replicas);
  const { items, backlog } = incident.subscriptions;
  const maximumBackoffMs = Math.max(items.backoff.max, backlog.backoff.max);
  return {
    ...options,
    broker,
    configuration,
    models,
    steps,
    subscriptions: { items: settingOf(items), backlog: settingOf(backlog) },
    loadMs: lastsMs(incident),
    settleMs: settleBoundMs(configuration.config, { maximumBackoffMs }),
  };
}

function settingOf({ ackDeadline, backoff }: Incident['subscriptions']['items']): SubscriptionSetting {
  return {
    ackDeadlineSeconds: Math.ceil(ackDeadline / 1_000),
    backoffSeconds: { minimum: backoff.min / 1_000, maximum: backoff.max / 1_000 },
  };
}

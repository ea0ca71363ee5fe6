import { createSpine } from '../../../proxy/moderate.ts';
import type { Makers } from '../../../proxy/pipeline.ts';
import type { Strategy } from '../strategy.ts';
import { forgetful } from './forgetful-publisher.ts';
import { internalQueues } from './internal-queues.ts';
import { createNackSpine } from './nack-spine.ts';
import { createPlainPanel } from './plain-panel.ts';
import { unshared } from './unshared-enricher.ts';

/** Asks all models, and acknowledges when all have answered. */
const NACKING: Makers = { createPanel: createPlainPanel, createSpine: createNackSpine };

/** The backlog as it was published: production's spine, with nothing in front of the models, and entries that forget. */
const PUBLISHED_BACKLOG: Makers = {
  createPanel: createPlainPanel,
  createSpine: ({ publisher, enricher, ...parts }) =>
    createSpine({ ...parts, publisher: forgetful(publisher, parts.clock), enricher: unshared(enricher) }),
};

/** A proxy with a thread for each message has few of them at a time; what waits for a model takes the place of the next. */
const SYNCHRONOUS = { items: { maxInFlight: 10 }, backlog: { maxInFlight: 10 } };

/** What was fetched serves the message for which it was fetched. */
const FETCHES_AGAIN = { seller: { ttl: '1ms' } };

const STRATEGIES: readonly Strategy[] = [
  {
    name: 'nack',
    about: 'Gives an event back until every model has answered, and asks all of them again: the original fault.',
    config: { ...SYNCHRONOUS, cache: { kind: 'none' } },
    ...FETCHES_AGAIN,
    build: { makers: NACKING },
  },
  {
    name: 'memory-cache',
    about: "As nack, with the predictions kept in each replica's memory.",
    config: { ...SYNCHRONOUS, cache: { kind: 'memory' } },
    ...FETCHES_AGAIN,
    build: { makers: NACKING },
  },
  {
    name: 'sidecar-cache',
    about: 'As nack, with the predictions kept beside each replica, where a restart does not lose them.',
    config: { ...SYNCHRONOUS, cache: { kind: 'redis' } },
    ...FETCHES_AGAIN,
    build: { makers: NACKING, hasSidecar: true },
  },
  {
    name: 'redis-cache',
    about: 'As nack, with the predictions kept in one Redis for all replicas.',
    config: { ...SYNCHRONOUS, cache: { kind: 'redis' } },
    ...FETCHES_AGAIN,
    build: { makers: NACKING },
  },
  {
    name: 'backlog-per-model',
    about: 'Acknowledges, and puts one message per failed model into a backlog, as it was published.',
    config: { ...SYNCHRONOUS, cache: { kind: 'none' }, backlog: { ...SYNCHRONOUS.backlog, mode: 'per-model' } },
    ...FETCHES_AGAIN,
    build: { makers: PUBLISHED_BACKLOG },
  },
  {
    name: 'backlog-combined',
    about: 'Acknowledges, and puts one message for all failed models into a backlog, as it was published.',
    config: { ...SYNCHRONOUS, cache: { kind: 'none' }, backlog: { ...SYNCHRONOUS.backlog, mode: 'combined' } },
    ...FETCHES_AGAIN,
    build: { makers: PUBLISHED_BACKLOG },
  },
  {
    name: 'eddy',
    about: 'What ships: breakers, limits and a slow start in front of the models, a backlog that carries its history.',
    config: {},
    build: {},
  },
];

/** The names of the strategies, the worst first. `internal-queues` can be run in virtual time only. */
export const STRATEGY_NAMES: readonly string[] = [
  ...STRATEGIES.slice(0, 4).map(({ name }) => name),
  'internal-queues',
  ...STRATEGIES.slice(4).map(({ name }) => name),
];

/**
 * @param models the models of the configuration, by which internal queues are made
 * @throws RangeError for a name that is none of {@link STRATEGY_NAMES}
 */
export function strategyNamed(name: string, models: readonly string[]): Strategy {
  if (name === 'internal-queues') return internalQueues(models);
  const found = STRATEGIES.find((strategy) => strategy.name === name);
  if (!found) throw new RangeError(`there is no strategy "${name}"; there are: ${STRATEGY_NAMES.join(', ')}`);
  return found;
}

import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe } from 'vitest';
import { startEmbeddedPubSub } from '../../infra/servers/embedded-pubsub.ts';
import { type Broker, connectBroker } from './broker.ts';
import type { Features } from './features.ts';
import { describePubSubContract } from './pubsub-contract.ts';

const FEATURES: Features = {
  refusesShortAckDeadlines: 'documented',
  refusesShortExpiration: 'documented',
  expiresByDefault: 'documented',
  retains31Days: 'documented',
  updatesTopicLabels: 'documented',
  labelsSnapshots: 'documented',
  detaches: 'documented',
  refusesLargeRequests: 'documented',
  limitsAttributes: 'documented',
  limitsOrderingKeys: 'documented',
  limitsExtensions: 'documented',
  pausesFromTheFirstRetry: 'documented',
  keepsItsPlace: 'documented',
  redeliversInOrder: 'documented',
  redeliversWhatWasAcknowledged: 'documented',
  appliesFilters: 'documented',
  checksFilters: 'documented',
  refusesLateAcknowledgements: 'documented',
  boundsOutstanding: 'documented',
  answersKeepAlives: 'documented',
  replaysFromTopics: 'documented',
};

describe('the embedded Pub/Sub', () => {
  const stack = new AsyncDisposableStack();
  let broker: Broker;
  beforeAll(async () => {
    const { host } = stack.use(await startEmbeddedPubSub());
    broker = stack.use(connectBroker(host, `eddy-test-${randomBytes(6).toString('hex')}`));
  });
  afterAll(() => stack.disposeAsync());

  describePubSubContract(FEATURES, () => broker);
});

import { afterAll, beforeAll } from 'vitest';
import { describeWithServers, usePubSubEmulator } from '../servers/servers.ts';
import { type Broker, connectBroker } from './broker.ts';
import type { Features } from './features.ts';
import { describePubSubContract } from './pubsub-contract.ts';

/** Google's emulator 0.8.20, behind the relay of its launcher. */
const FEATURES: Features = {
  refusesShortAckDeadlines: { differs: 'shorter ones are taken' },
  refusesShortExpiration: { differs: 'shorter ones are taken' },
  expiresByDefault: { differs: 'no policy is told' },
  retains31Days: { differs: '7 days are the most' },
  updatesTopicLabels: { differs: 'labels are not a field that it knows' },
  labelsSnapshots: { differs: 'labels are dropped, and the call is not implemented' },
  detaches: { differs: 'the call is not implemented' },
  refusesLargeRequests: { differs: 'somewhat larger ones are taken, and 11 MB are never answered' },
  limitsAttributes: { differs: 'any are taken' },
  limitsOrderingKeys: { differs: 'any are taken' },
  limitsExtensions: { differs: 'longer ones are taken' },
  pausesFromTheFirstRetry: { differs: 'the first retry comes at once, and only the next ones wait' },
  keepsItsPlace: { differs: 'it comes last; only after the end of a lease it comes first' },
  redeliversInOrder: {
    differs: 'the message that was given back comes last, when the leases of the others have ended',
  },
  redeliversWhatWasAcknowledged: { differs: 'only what was acknowledged before the nack comes again with it' },
  appliesFilters: { differs: 'a filter is kept and not applied' },
  checksFilters: { differs: 'anything is taken' },
  refusesLateAcknowledgements: { differs: 'it holds as long as the message has not been delivered again' },
  boundsOutstanding: { differs: 'everything is sent at once' },
  answersKeepAlives: { differs: 'it does not, and the client opens its idle streams anew every 45 s' },
  replaysFromTopics: { differs: 'a new subscription gets what the topic retains at once' },
};

describeWithServers(['pubsub-emulator'], "Google's emulator", () => {
  const emulator = usePubSubEmulator();
  let broker: Broker;
  beforeAll(() => {
    const { host, projectId } = emulator();
    broker = connectBroker(host, projectId);
  });
  afterAll(() => broker[Symbol.asyncDispose]());

  describePubSubContract(FEATURES, () => broker);
});

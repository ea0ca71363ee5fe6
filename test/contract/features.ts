/**
 * What an implementation may do otherwise than Google's documentation says: the documentation's word, which is what is
 * right, and where it stands.
 */
export const DOCUMENTED = {
  refusesShortAckDeadlines: {
    says: 'an ack deadline lasts at least 10 s',
    where: 'https://cloud.google.com/pubsub/docs/reference/rpc/google.pubsub.v1#subscription',
  },
  refusesShortExpiration: {
    says: 'a subscription expires after one day at the earliest',
    where: 'https://cloud.google.com/pubsub/docs/reference/rpc/google.pubsub.v1#subscription',
  },
  expiresByDefault: {
    says: 'a subscription without an expiration policy has one of 31 days',
    where: 'https://cloud.google.com/pubsub/docs/reference/rpc/google.pubsub.v1#subscription',
  },
  retains31Days: {
    says: 'a subscription retains messages for up to 31 days',
    where: 'https://cloud.google.com/pubsub/docs/reference/rpc/google.pubsub.v1#subscription',
  },
  updatesTopicLabels: {
    says: 'UpdateTopic changes the fields that its mask names, labels among them',
    where: 'https://cloud.google.com/pubsub/docs/reference/rpc/google.pubsub.v1#updatetopicrequest',
  },
  labelsSnapshots: {
    says: 'a snapshot keeps its labels, and UpdateSnapshot changes them',
    where: 'https://cloud.google.com/pubsub/docs/reference/rpc/google.pubsub.v1#updatesnapshotrequest',
  },
  detaches: {
    says: 'DetachSubscription drops the messages; pulling answers FAILED_PRECONDITION afterwards',
    where: 'https://cloud.google.com/pubsub/docs/detach-subscriptions',
  },
  refusesLargeRequests: {
    says: 'a publish request has at most 10 MB',
    where: 'https://cloud.google.com/pubsub/quotas#resource_limits',
  },
  limitsAttributes: {
    says: 'a message has at most 100 attributes, with keys of 256 and values of 1,024 bytes, no key beginning with goog',
    where: 'https://cloud.google.com/pubsub/quotas#resource_limits',
  },
  limitsOrderingKeys: {
    says: 'an ordering key has at most 1 KB, and the messages of a request have the same one',
    where: 'https://cloud.google.com/pubsub/docs/ordering',
  },
  limitsExtensions: {
    says: 'a lease is extended by at most 600 s at a time',
    where: 'https://cloud.google.com/pubsub/docs/reference/rpc/google.pubsub.v1#modifyackdeadlinerequest',
  },
  appliesFilters: {
    says: 'only messages whose attributes match the filter are delivered',
    where: 'https://cloud.google.com/pubsub/docs/subscription-message-filter',
  },
  checksFilters: {
    says: 'a filter that is not of the filter language, or has more than 256 bytes, is refused',
    where: 'https://cloud.google.com/pubsub/docs/subscription-message-filter#filtering_syntax',
  },
  pausesFromTheFirstRetry: {
    says: 'a retry policy is triggered by every nack and by every end of a lease',
    where: 'https://cloud.google.com/pubsub/docs/reference/rpc/google.pubsub.v1#retrypolicy',
  },
  // The documentation promises no order without ordering keys. This is the order that is harder on whoever gives back.
  keepsItsPlace: {
    says: 'what is given back is delivered before what was published later',
    where: 'https://cloud.google.com/pubsub/docs/ordering',
  },
  redeliversInOrder: {
    says: 'the redelivery of a message is followed by that of all later ones of its key',
    where: 'https://cloud.google.com/pubsub/docs/ordering#message_redelivery',
  },
  redeliversWhatWasAcknowledged: {
    says: 'the redelivery of a message is followed by that of all later ones of its key, even acknowledged ones',
    where: 'https://cloud.google.com/pubsub/docs/ordering#message_redelivery',
  },
  refusesLateAcknowledgements: {
    says: 'an acknowledgement after the deadline fails',
    where: 'https://cloud.google.com/pubsub/docs/exactly-once-delivery',
  },
  boundsOutstanding: {
    says: 'a stream is sent no more while max_outstanding_messages or max_outstanding_bytes are outstanding',
    where: 'https://cloud.google.com/pubsub/docs/reference/rpc/google.pubsub.v1#streamingpullrequest',
  },
  replaysFromTopics: {
    says: 'a subscription gets what is published after its creation, and what its topic retains only by seeking back',
    where: 'https://cloud.google.com/pubsub/docs/replay-overview#configuring_message_retention',
  },
  // The documentation has the field and says nothing of its versions: this is the client's word.
  answersKeepAlives: {
    says: 'a stream with protocol_version 1 answers, and the client opens it anew when 15 s pass without an answer',
    where: 'https://github.com/googleapis/nodejs-pubsub/blob/main/src/message-stream.ts',
  },
} as const;

export type Feature = keyof typeof DOCUMENTED;

/** How an implementation stands to the documentation, feature by feature: as documented, or what it does instead. */
export type Features = Readonly<Record<Feature, 'documented' | { readonly differs: string }>>;

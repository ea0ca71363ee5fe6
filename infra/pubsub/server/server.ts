import { type ServerCredentials, status } from '@grpc/grpc-js';
import { type Logger, pino } from 'pino';
import { PublisherService, SubscriberService } from '../../../proto/generated/google/pubsub/v1/pubsub.ts';
import { type DeepPartial, SetMisbehaviourRequest } from '../../../proto/generated/pubsub/v1/misbehaviour.ts';
import { type ServedService, startGrpcServer } from '../../grpc/server.ts';
import { createBroker } from '../broker/broker.ts';
import { answering } from './answers.ts';
import { type Counts, counting } from './counting.ts';
import { driveBroker } from './driver.ts';
import { createMisbehaviour, misbehaviourProblems } from './misbehaviour.ts';
import { misbehaviourService } from './misbehaviour-service.ts';
import { createPublishFaults } from './publish-faults.ts';
import { publisherService } from './publisher-service.ts';
import { createPulls } from './pull.ts';
import { createStreamingPull } from './streaming-pull.ts';
import { subscriberService } from './subscriber-service.ts';

export interface PubSubServerOptions {
  /** 127.0.0.1 unless given. */
  readonly host?: string | undefined;
  /** 0, a free one, unless given. */
  readonly port?: number | undefined;
  /** Serves the misbehaviour switch; an object is in force from the start. */
  readonly misbehave?: boolean | DeepPartial<SetMisbehaviourRequest> | undefined;
  /** What misbehaviour draws from: 0 (included) to 1 (excluded). Math.random unless given. */
  readonly random?: (() => number) | undefined;
  /** How much may be kept before publishing is refused, see BrokerOptions. 1 GiB unless given. */
  readonly maxBytes?: number | undefined;
  /** Plain text unless given. */
  readonly credentials?: ServerCredentials | undefined;
  /** How long a connection may live. 12 hours unless given: subscribers keep theirs. */
  readonly maxConnectionAgeMs?: number | undefined;
  /** How long calls in flight may take to end when the server is disposed of. 5 seconds unless given. */
  readonly drainMs?: number | undefined;
  readonly log?: Logger | undefined;
}

/** An embedded Pub/Sub: everything in memory, gone with it. Disposing of it ends all streams and stops listening. */
export interface PubSubServer extends AsyncDisposable {
  /** `host:port`: what PUBSUB_EMULATOR_HOST takes. */
  readonly address: string;
}

const defaultConnectionAgeMs = 12 * 3_600_000;
const defaultMaxBytes = 2 ** 30;

/**
 * Serves `google.pubsub.v1` as far as the broker has it: no push, no schemas, no IAM.
 *
 * @throws AddressError when the address can't be listened on
 * @throws RangeError for a misbehaviour that is none
 */
export async function startPubSubServer(options: PubSubServerOptions = {}): Promise<PubSubServer> {
  const { host = '127.0.0.1', port = 0, misbehave = false, random = Math.random, maxBytes = defaultMaxBytes } = options;
  const log = options.log ?? pino({ level: 'silent' });
  const fromTheStart = SetMisbehaviourRequest.fromPartial(typeof misbehave === 'object' ? misbehave : {});
  const problems = misbehaviourProblems(fromTheStart);
  if (problems.length > 0) throw new RangeError(problems.join('; '));

  let cutStreams = 0;
  const counts: Counts = { published: 0, delivered: 0, acknowledged: 0 };
  const now = Date.now;
  const misbehaviour = createMisbehaviour(cut);
  const broker = counting(createBroker({ now, random, maxBytes, disturbance: misbehaviour.disturbance }), counts);
  const driver = driveBroker(broker, now);
  const answer = answering(log, driver.look);
  const streams = createStreamingPull({ broker, log, done: driver.look });
  const pulls = createPulls(broker);
  const faults = createPublishFaults(misbehaviour.publishes, random);

  function endReceiving(subscription: string): void {
    streams.look(subscription);
    pulls.look(subscription);
  }

  function cut(): number {
    const streamsCut = streams.cut(status.UNAVAILABLE, 'this stream was cut on purpose');
    cutStreams += streamsCut;
    return streamsCut;
  }

  const protoFile = 'google/pubsub/v1/pubsub.proto';
  const services: ServedService[] = [
    {
      name: 'google.pubsub.v1.Publisher',
      protoFile,
      definition: PublisherService,
      implementation: publisherService({ broker, answer, faults, onDetached: endReceiving }),
    },
    {
      name: 'google.pubsub.v1.Subscriber',
      protoFile,
      definition: SubscriberService,
      implementation: subscriberService({ broker, answer, streams, pulls, onDeleted: endReceiving }),
    },
  ];
  if (misbehave) {
    const all = () => ({
      ...counts,
      refusedPublishes: faults.refused,
      unconfirmedPublishes: faults.unconfirmed,
      cutStreams,
      openStreams: streams.open,
    });
    services.push(misbehaviourService({ misbehaviour, cutStreams: cut, counts: all, answer, log }));
  }

  const server = await startGrpcServer({
    host,
    port,
    services,
    credentials: options.credentials,
    maxConnectionAgeMs: options.maxConnectionAgeMs ?? defaultConnectionAgeMs,
    drainMs: options.drainMs,
  });
  misbehaviour.set(fromTheStart);
  return {
    address: server.address,
    async [Symbol.asyncDispose]() {
      misbehaviour[Symbol.dispose]();
      faults[Symbol.dispose]();
      pulls[Symbol.dispose]();
      const closed = server[Symbol.asyncDispose]();
      streams.cut(status.UNAVAILABLE, 'the server is closing');
      await closed;
      driver[Symbol.dispose]();
    },
  };
}

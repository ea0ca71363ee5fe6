import { type PubSub, v1 } from '@google-cloud/pubsub';
import { credentials } from '@grpc/grpc-js';
import { connectPubSub } from '../../proxy/intake/pubsub-client.ts';

/** A Pub/Sub under test, seen through the clients of `@google-cloud/pubsub`. Disposing of it closes them. */
export interface Broker extends AsyncDisposable {
  /** `127.0.0.1:PORT` */
  readonly host: string;
  readonly projectId: string;
  /** The client that the proxy uses. */
  readonly pubsub: PubSub;
  /** The same API call by call, for what the client above does by itself. */
  readonly publisher: v1.PublisherClient;
  readonly subscriber: v1.SubscriberClient;
}

/** Connects to the Pub/Sub at `host`, and sets PUBSUB_EMULATOR_HOST for this process, which is how its client is told. */
export function connectBroker(host: string, projectId: string): Broker {
  process.env['PUBSUB_EMULATOR_HOST'] = host;
  const pubsub = connectPubSub(projectId);
  const [servicePath, port] = host.split(':');
  const options = {
    servicePath: servicePath ?? '',
    port: Number(port),
    sslCreds: credentials.createInsecure(),
    universeDomain: 'googleapis.com',
  };
  const publisher = new v1.PublisherClient(options);
  const subscriber = new v1.SubscriberClient(options);
  return {
    host,
    projectId,
    pubsub,
    publisher,
    subscriber,
    async [Symbol.asyncDispose]() {
      await Promise.all([pubsub.close(), publisher.close(), subscriber.close()]);
    },
  };
}

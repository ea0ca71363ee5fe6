import { PubSub } from '@google-cloud/pubsub';

/** A client of the project's Pub/Sub or, where `PUBSUB_EMULATOR_HOST` is set, of that emulator. */
export function connectPubSub(project: string, env: NodeJS.ProcessEnv = process.env): PubSub {
  if (!env['PUBSUB_EMULATOR_HOST']) return new PubSub({ projectId: project });
  // Saying the universe spares the search for credentials, which an emulator does not ask for and which would look for
  // Google's metadata server on the network.
  return new PubSub({ projectId: project, clientOptions: { universeDomain: 'googleapis.com' } });
}

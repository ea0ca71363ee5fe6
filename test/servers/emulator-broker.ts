import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { PubSubEmulator } from '../../infra/servers/pubsub-emulator.ts';
import { startPubSubEmulator } from '../../infra/servers/pubsub-emulator.ts';

/** Hands one emulator to all test files of a run. Disposing of it stops the emulator. */
export interface EmulatorBroker extends AsyncDisposable {
  /** Answers a GET by the emulator's `127.0.0.1:PORT`, or by status 500 and the reason why there is none. */
  readonly url: string;
}

/** The emulator starts when it is first asked for: a run of unit tests does without. */
export async function startEmulatorBroker(
  start: () => Promise<PubSubEmulator> = startPubSubEmulator,
): Promise<EmulatorBroker> {
  let emulator: Promise<PubSubEmulator> | undefined;
  const server = createServer((_request, response) => {
    emulator ??= start();
    emulator.then(
      ({ host }) => response.end(host),
      (error: Error) => response.writeHead(500).end(error.message),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      const started = await emulator?.catch(() => undefined);
      await started?.[Symbol.asyncDispose]();
    },
  };
}

/** @throws Error with the reason when the emulator could not be started. */
export async function askForEmulator(brokerUrl: string): Promise<string> {
  const response = await fetch(brokerUrl, { signal: AbortSignal.timeout(40_000) });
  const text = await response.text();
  if (!response.ok) {
    throw new Error(text);
  }
  return text;
}

import type { Exit } from './child-process.ts';
import { startNodeService } from './node-service.ts';

/** Eddy's own Pub/Sub as a process, in memory, on 127.0.0.1. Disposing of it stops it. */
export interface EmbeddedPubSub extends AsyncDisposable {
  /** What PUBSUB_EMULATOR_HOST takes, `127.0.0.1:PORT`; the misbehaviour switch, where asked for, is there too. */
  readonly host: string;
  /** Resolves when the process has ended, whoever ended it. */
  readonly exited: Promise<Exit>;
  /** Stops the process as it is, without ending it: connections stay open and nobody answers. */
  freeze(): void;
  /** Lets it go on after {@link freeze}. */
  thaw(): void;
}

export interface EmbeddedPubSubOptions {
  /** Serves the misbehaviour switch: see connectMisbehaviour. */
  misbehave?: boolean;
  /** Makes misbehaviour repeatable. */
  seed?: number;
  /** Aborting while it starts stops it and rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** @throws StartError when it does not start */
export async function startEmbeddedPubSub(options: EmbeddedPubSubOptions = {}): Promise<EmbeddedPubSub> {
  const { misbehave = false, seed, signal } = options;
  const service = await startNodeService({
    name: 'The embedded Pub/Sub',
    script: 'infra/pubsub/main.ts',
    args: [
      ...['--port', '0'],
      ...(misbehave ? ['--misbehave'] : []),
      ...(seed === undefined ? [] : ['--seed', String(seed)]),
    ],
    ...(signal ? { signal } : {}),
  });
  return {
    host: String(service.ready['address']),
    exited: service.exited,
    freeze: () => void service.kill('SIGSTOP'),
    thaw: () => void service.kill('SIGCONT'),
    [Symbol.asyncDispose]: () => service[Symbol.asyncDispose](),
  };
}

import type { Exit } from './child-process.ts';
import { startNodeService } from './node-service.ts';

/** Eddy's own Pub/Sub as a process, in memory, on 127.0.0.1. Disposing of it stops it. */
export interface EmbeddedPubSub extends AsyncDisposable {
  /** What PUBSUB_EMULATOR_HOST takes, `127.0.0.1:PORT`; the misbehaviour switch, where asked for, is there too. */
  readonly host: string;
  readonly pid: number;
  /** Resolves when the process has ended, whoever ended it. */
  readonly exited: Promise<Exit>;
  /** Stops the process as it is, without ending it: connections stay open and nobody answers. */
  freeze(): void;
  /** Lets it go on after {@link freeze}. */
  thaw(): void;
  /** Ends it at once, with all that it holds. Resolves when it has ended. */
  kill(): Promise<void>;
}

export interface EmbeddedPubSubOptions {
  /** By default a free one. */
  port?: number;
  /** Serves the misbehaviour switch: see connectMisbehaviour. */
  misbehave?: boolean;
  /** Makes misbehaviour repeatable. */
  seed?: number;
  /** Aborting while it starts stops it and rejects with the signal's reason. */
  signal?: AbortSignal;
}

/** @throws StartError when it does not start, because the port is in use for example. */
export async function startEmbeddedPubSub(options: EmbeddedPubSubOptions = {}): Promise<EmbeddedPubSub> {
  const { port = 0, misbehave = false, seed, signal } = options;
  const service = await startNodeService({
    name: 'The embedded Pub/Sub',
    script: 'infra/pubsub/main.ts',
    args: [
      ...['--port', String(port)],
      ...(misbehave ? ['--misbehave'] : []),
      ...(seed === undefined ? [] : ['--seed', String(seed)]),
    ],
    ...(signal ? { signal } : {}),
  });
  return {
    host: String(service.ready['address']),
    pid: service.pid,
    exited: service.exited,
    freeze: () => void service.kill('SIGSTOP'),
    thaw: () => void service.kill('SIGCONT'),
    async kill() {
      service.kill('SIGKILL');
      await service.exited;
    },
    async [Symbol.asyncDispose]() {
      // A process that is stopped heeds no other signal before it goes on.
      service.kill('SIGCONT');
      await service.stop();
    },
  };
}

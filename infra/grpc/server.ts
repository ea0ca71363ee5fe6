import { setTimeout as sleep } from 'node:timers/promises';
import {
  Server,
  ServerCredentials,
  type ServerOptions,
  type ServiceDefinition,
  type UntypedServiceImplementation,
} from '@grpc/grpc-js';
import { AddressError, formatAddress, probeAddress } from './address.ts';
import { createHealth } from './health.ts';
import { createReflection } from './reflection.ts';

export interface ServedService {
  /** The full name: `moderation.v1.ModelService`. */
  readonly name: string;
  /** The file that declares it, relative to `proto/`. */
  readonly protoFile: string;
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
}

export interface GrpcServerOptions {
  readonly services: readonly ServedService[];
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  /** Plain text unless given. */
  readonly credentials?: ServerCredentials | undefined;
  /**
   * How long a connection may live, within 10 %: clients look their server's name up again only when a connection
   * ends, so without an end they would never find a new replica. 5 minutes unless given.
   */
  readonly maxConnectionAgeMs?: number | undefined;
  /** How long the calls on such a connection may take to end. 30 seconds unless given. */
  readonly maxConnectionAgeGraceMs?: number | undefined;
  /** The largest message taken. 16 MiB unless given. */
  readonly maxReceiveBytes?: number | undefined;
  /** How long calls in flight may take to end when the server is disposed of. 5 seconds unless given. */
  readonly drainMs?: number | undefined;
}

/**
 * A listening server with `grpc.health.v1` and reflection. Disposing of it tells NOT_SERVING to who watches the health,
 * takes no more calls, lets those in flight end within `drainMs` and cuts the rest. Calls of hangUp and listen must not
 * overlap.
 */
export interface GrpcServer extends AsyncDisposable {
  /** `host:port`, with the port that is really listened on. It stays the same through hangUp and listen. */
  readonly address: string;
  /** Stops listening and cuts every connection and call at once; for rehearsals. Without effect when not listening. */
  hangUp(): Promise<void>;
  /**
   * Listens again on the same port after {@link hangUp}. Without effect when listening.
   *
   * @throws AddressError when another program has taken the port meanwhile and does not free it within 2 seconds.
   */
  listen(): Promise<void>;
}

const defaults = {
  maxConnectionAgeMs: 5 * 60_000,
  maxConnectionAgeGraceMs: 30_000,
  maxReceiveBytes: 16 * 1024 * 1024,
  drainMs: 5_000,
};
const relistenMs = 2_000;
const relistenPauseMs = 50;
/** How long a connection that was cut may take to be gone. */
const cutMs = 1_000;

type State = { readonly kind: 'listening'; readonly server: Server } | { readonly kind: 'down' };

/** @throws AddressError when the address can't be listened on. */
export async function startGrpcServer(options: GrpcServerOptions): Promise<GrpcServer> {
  const { host, services, credentials = ServerCredentials.createInsecure() } = options;
  const names = services.map((service) => service.name);
  const health = createHealth(names);
  const files = [...new Set(services.map((service) => service.protoFile))];
  const reflection = createReflection(files, names);

  async function open(port: number): Promise<{ server: Server; port: number }> {
    await probeAddress(host, port);
    const server = new Server(channelOptions(options));
    for (const service of services) server.addService(service.definition, service.implementation);
    health.addTo(server);
    reflection.addToServer(server);
    return { server, port: await bind(server, host, port, credentials) };
  }

  const first = await open(options.port);
  const port = first.port;
  let state: State = { kind: 'listening', server: first.server };
  let closing: Promise<void> | undefined;

  return {
    address: formatAddress(host, port),
    async hangUp() {
      if (state.kind !== 'listening') return;
      const { server } = state;
      state = { kind: 'down' };
      await close(server, 0);
    },
    async listen() {
      if (state.kind === 'listening') return;
      const giveUpAt = Date.now() + relistenMs;
      const { server } = await retryWhileInUse(() => open(port), giveUpAt);
      if (closing) await close(server, 0);
      else state = { kind: 'listening', server };
    },
    [Symbol.asyncDispose]() {
      closing ??= (async () => {
        health.stopServing();
        if (state.kind === 'listening') await close(state.server, options.drainMs ?? defaults.drainMs);
      })();
      return closing;
    },
  };
}

function channelOptions(options: GrpcServerOptions): ServerOptions {
  // channelz stays on: without it grpc-js 1.14 forgets its sessions, and forceShutdown would leave them open.
  return {
    'grpc.max_connection_age_ms': options.maxConnectionAgeMs ?? defaults.maxConnectionAgeMs,
    'grpc.max_connection_age_grace_ms': options.maxConnectionAgeGraceMs ?? defaults.maxConnectionAgeGraceMs,
    'grpc.max_receive_message_length': options.maxReceiveBytes ?? defaults.maxReceiveBytes,
  };
}

function bind(server: Server, host: string, port: number, credentials: ServerCredentials): Promise<number> {
  const address = formatAddress(host, port);
  return new Promise((resolve, reject) => {
    server.bindAsync(address, credentials, (cause, boundPort) => {
      if (cause) reject(new AddressError('UNKNOWN', `Can't listen on ${address}: ${cause.message}.`, { cause }));
      else resolve(boundPort);
    });
  });
}

/** A port just left can be taken for an instant by an outgoing connection of any program. */
async function retryWhileInUse<Result>(attempt: () => Promise<Result>, giveUpAt: number): Promise<Result> {
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      const passing = error instanceof AddressError && error.code === 'EADDRINUSE';
      if (!passing || Date.now() >= giveUpAt) throw error;
      await sleep(relistenPauseMs);
    }
  }
}

/** Stops listening at once, lets the calls in flight end within `graceMs`, then cuts what is left. */
async function close(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.tryShutdown(() => resolve()));
  if (await settlesWithin(closed, graceMs)) return;
  server.forceShutdown();
  await settlesWithin(closed, cutMs);
}

async function settlesWithin(promise: Promise<void>, timeoutMs: number): Promise<boolean> {
  const timer = new AbortController();
  const timeout = sleep(timeoutMs, false, { signal: timer.signal }).catch(() => false);
  try {
    return await Promise.race([promise.then(() => true), timeout]);
  } finally {
    timer.abort();
  }
}

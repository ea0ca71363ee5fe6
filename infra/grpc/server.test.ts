import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer, type Server as NetServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, credentials, Metadata, makeGenericClientConstructor, type ServiceError, status } from '@grpc/grpc-js';
import { service as healthDefinition } from 'grpc-health-check';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { CatalogServiceClient, CatalogServiceService } from '../../proto/generated/catalog/v1/catalog.ts';
import { AddressError } from './address.ts';
import { callUnary } from './call.ts';
import { serverCredentials } from './credentials.ts';
import { type GrpcServer, type GrpcServerOptions, startGrpcServer } from './server.ts';
import { connectReflection } from './test-reflection.ts';
import { serveUnary, type UnaryMethod } from './unary.ts';

type Answer = UnaryMethod<{ sellerId: string }, { profile: undefined }>;

const silent = pino({ level: 'silent' });
const answerAtOnce: Answer = async () => ({ profile: undefined });

function start(options: Partial<GrpcServerOptions> = {}, answer = answerAtOnce): Promise<GrpcServer> {
  return startGrpcServer({
    host: '127.0.0.1',
    port: 0,
    services: [
      {
        name: 'catalog.v1.CatalogService',
        protoFile: 'catalog/v1/catalog.proto',
        definition: CatalogServiceService,
        implementation: { getSellerProfile: serveUnary(answer, silent) },
      },
    ],
    ...options,
  });
}

// A pool of its own, so that no test meets a connection, or a pause before reconnecting, of another one.
const ownConnection = { 'grpc.use_local_subchannel_pool': 1 };

function connectCatalog(address: string, channel = credentials.createInsecure()) {
  const client = new CatalogServiceClient(address, channel, ownConnection);
  return {
    ask: (sellerId = 'a', timeoutMs = 5_000) =>
      callUnary(client.getSellerProfile.bind(client), { sellerId }, { timeoutMs }),
    [Symbol.dispose]: () => client.close(),
  };
}

type AnyClient = Client & Record<string, (...args: unknown[]) => never>;

function connectHealth(address: string) {
  const HealthClient = makeGenericClientConstructor(healthDefinition, 'grpc.health.v1.Health');
  const client = new HealthClient(address, credentials.createInsecure(), ownConnection) as unknown as AnyClient;
  return {
    check: (service: string): Promise<string> =>
      new Promise((resolve, reject) => {
        client['Check']!({ service }, (error: ServiceError | null, response: { status: string }) =>
          error ? reject(error) : resolve(response.status),
        );
      }),
    watch: (service: string): NodeJS.EventEmitter => client['Watch']!({ service }),
    [Symbol.dispose]: () => client.close(),
  };
}

async function portOf(server: NetServer): Promise<number> {
  server.listen({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  return (server.address() as { port: number }).port;
}

async function connectSocket(address: string): Promise<Socket> {
  const [host, port] = address.split(':');
  const socket = connect({ host: host!, port: Number(port) });
  await once(socket, 'connect');
  return socket;
}

describe('a gRPC server', () => {
  test('answers health checks for the server and for each service', async () => {
    await using server = await start();
    using health = connectHealth(server.address);
    expect(await health.check('')).toBe('SERVING');
    expect(await health.check('catalog.v1.CatalogService')).toBe('SERVING');
    await expect(health.check('other.v1.Service')).rejects.toMatchObject({ code: status.NOT_FOUND });
  });

  test('lists and describes its services by reflection', async () => {
    await using server = await start();
    using reflection = connectReflection(server.address);
    expect(await reflection.services()).toEqual(['catalog.v1.CatalogService', 'grpc.health.v1.Health']);
    const { method } = await reflection.describe('catalog.v1.CatalogService');
    expect(method['getSellerProfile']?.output.field['profile']?.message?.fields.map(({ name }) => name)).toEqual([
      'seller_id',
      'account_age_days',
      'past_removals',
      'completed_sales',
      'verified',
      'rating',
    ]);
    expect((await reflection.describe('grpc.health.v1.Health')).methods.map(({ name }) => name)).toContain('Watch');
  });

  test('names the address and the way out when the port is in use', async () => {
    const other = createServer();
    const port = await portOf(other);
    const failure = await start({ port }).catch((error: unknown) => error);
    other.close();
    expect(failure).toBeInstanceOf(AddressError);
    expect((failure as AddressError).code).toBe('EADDRINUSE');
    expect((failure as AddressError).message).toBe(
      `Can't listen on 127.0.0.1:${port}: the port is in use; stop the program that holds it or choose another port ` +
        '(0 takes a free one).',
    );
  });

  test('says that an address is not one of this machine', async () => {
    await expect(start({ host: '192.0.2.1' })).rejects.toThrow(
      "Can't listen on 192.0.2.1:0: this machine has no such address (EADDRNOTAVAIL)",
    );
  });

  test('refuses connections after hanging up, and listens on the same port again', async () => {
    await using server = await start();
    const { address } = server;
    const connected = await connectSocket(address);
    const cut = once(connected.resume(), 'close');
    await server.hangUp();
    await cut;
    await expect(connectSocket(address)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await server.hangUp();
    await server.listen();
    await server.listen();
    expect(server.address).toBe(address);
    using catalog = connectCatalog(address);
    expect(await catalog.ask()).toEqual({ profile: undefined });
  });

  test('waits a moment for a port that another program holds before it listens again', async () => {
    await using server = await start();
    await server.hangUp();
    const other = createServer();
    other.listen({ host: '127.0.0.1', port: Number(server.address.split(':')[1]) });
    await once(other, 'listening');
    setTimeout(() => other.close(), 150);
    await server.listen();
    using catalog = connectCatalog(server.address);
    expect(await catalog.ask()).toEqual({ profile: undefined });
  });

  test('lets calls in flight end when it is disposed of, and takes no more', async () => {
    const accepted = Promise.withResolvers<void>();
    const server = await start({}, async () => {
      accepted.resolve();
      await sleep(200);
      return { profile: undefined };
    });
    using catalog = connectCatalog(server.address);
    const inFlight = catalog.ask();
    await accepted.promise;
    const closing = server[Symbol.asyncDispose]();
    await expect(connectSocket(server.address)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect(await inFlight).toEqual({ profile: undefined });
    await closing;
  });

  test('cuts calls that do not end within the drain time', async () => {
    const accepted = Promise.withResolvers<void>();
    const server = await start({ drainMs: 100 }, () => {
      accepted.resolve();
      return new Promise(() => {});
    });
    using catalog = connectCatalog(server.address);
    const stuck = catalog.ask('a', 30_000).catch((error: unknown) => error);
    await accepted.promise;
    const before = performance.now();
    await server[Symbol.asyncDispose]();
    expect(performance.now() - before).toBeLessThan(4_000);
    expect(await stuck).toMatchObject({ code: expect.any(Number) });
  });

  test('tells NOT_SERVING to who watches its health when it drains, and is not held up by the watch', async () => {
    const server = await start({ drainMs: 10_000 });
    using health = connectHealth(server.address);
    const seen: string[] = [];
    const watch = health.watch('catalog.v1.CatalogService');
    const serving = once(watch, 'data');
    watch.on('data', ({ status }: { status: string }) => seen.push(status));
    const ended = once(watch, 'end');
    await serving;
    const before = performance.now();
    await server[Symbol.asyncDispose]();
    expect(performance.now() - before).toBeLessThan(5_000);
    await ended;
    expect(seen).toEqual(['SERVING', 'NOT_SERVING']);
  });

  test('ends connections that have reached their age without failing their calls', async () => {
    await using server = await start({ maxConnectionAgeMs: 100 }, async () => {
      await sleep(20);
      return { profile: undefined };
    });
    const socket = await connectSocket(server.address);
    socket.resume();
    using catalog = connectCatalog(server.address);
    const until = Date.now() + 500;
    let answered = 0;
    while (Date.now() < until) {
      await catalog.ask();
      answered += 1;
    }
    expect(answered).toBeGreaterThan(0);
    if (!socket.closed) await once(socket, 'close');
  });

  test('refuses a message above its limit', async () => {
    await using server = await start({ maxReceiveBytes: 1_000 });
    using catalog = connectCatalog(server.address);
    await expect(catalog.ask('a'.repeat(2_000))).rejects.toMatchObject({ code: status.RESOURCE_EXHAUSTED });
  });

  test('answers UNIMPLEMENTED for services that it does not have', async () => {
    await using server = await start();
    using client = Object.assign(new Client(server.address, credentials.createInsecure(), ownConnection), {
      [Symbol.dispose]() {
        client.close();
      },
    });
    const asked = new Promise((resolve, reject) => {
      const bytes = (value: Buffer): Buffer => value;
      client.makeUnaryRequest(
        '/models.v1.FaultService/GetLoad',
        bytes,
        bytes,
        Buffer.alloc(0),
        new Metadata(),
        {},
        (error) => (error ? reject(error) : resolve(undefined)),
      );
    });
    await expect(asked).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
  });
});

const openssl = (() => {
  try {
    execFileSync('openssl', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

describe('server credentials', () => {
  test.skipIf(!openssl)('serve TLS from a certificate and a key', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eddy-tls-'));
    try {
      const cert = join(folder, 'cert.pem');
      const key = join(folder, 'key.pem');
      const request = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
      const subject = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost', '-days', '1'];
      execFileSync('openssl', [...request, ...subject, '-keyout', key, '-out', cert], { stdio: 'ignore' });
      await using server = await start({ credentials: serverCredentials({ cert, key }) });
      using catalog = connectCatalog(
        server.address.replace('127.0.0.1', 'localhost'),
        credentials.createSsl(readFileSync(cert)),
      );
      expect(await catalog.ask()).toEqual({ profile: undefined });
      using plain = connectCatalog(server.address);
      await expect(plain.ask()).rejects.toMatchObject({ code: status.UNAVAILABLE });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test('need both files', () => {
    expect(() => serverCredentials({ cert: 'cert.pem' })).toThrow('TLS needs both files: --tls-key is missing.');
    expect(() => serverCredentials({ key: 'key.pem' })).toThrow('TLS needs both files: --tls-cert is missing.');
  });

  test('name the option whose file can not be read', () => {
    expect(() => serverCredentials({ cert: '/nowhere/cert.pem', key: 'key.pem' })).toThrow(
      "Can't read the file of --tls-cert: ENOENT",
    );
  });
});

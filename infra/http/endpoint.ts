import { createServer, type Server } from 'node:http';
import type { Registry } from 'prom-client';
import { AddressError, formatAddress, probeAddress } from '../grpc/address.ts';

export interface HttpOptions {
  readonly host: string;
  readonly port: number;
  /** Why the process can't do its work, or undefined when it can. */
  readonly notReadyBecause: () => string | undefined;
  readonly registry: Registry;
  /** A connection on which nothing moves for so long is ended, in milliseconds; 10 seconds unless given. */
  readonly idleMs?: number;
}

export interface HttpEndpoint extends AsyncDisposable {
  /** `host:port`, with the port that was taken. */
  readonly address: string;
}

/**
 * What every program here has for whoever looks after it: `/livez` (the process answers), `/readyz` (it does its work) and
 * `/metrics` (for Prometheus).
 *
 * @throws AddressError when the address can't be listened on
 */
export async function startHttp(options: HttpOptions): Promise<HttpEndpoint> {
  const { host, port, notReadyBecause, registry, idleMs = 10_000 } = options;
  await probeAddress(host, port);
  const server = createServer((request, response) => {
    const reply = (code: number, body: string, type = 'text/plain; charset=utf-8') => {
      response.writeHead(code, { 'content-type': type }).end(request.method === 'HEAD' ? undefined : body);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') return reply(405, 'only GET\n');
    const reason = notReadyBecause();
    switch (request.url?.split('?')[0]) {
      case '/livez':
        return reply(200, 'ok\n');
      case '/readyz':
        return reason === undefined ? reply(200, 'ok\n') : reply(503, `${reason}\n`);
      case '/metrics':
        registry.metrics().then(
          (text) => reply(200, text, registry.contentType),
          (error: Error) => reply(500, `${error.message}\n`),
        );
        return;
      default:
        return reply(404, 'there is /livez, /readyz and /metrics\n');
    }
  });
  server.requestTimeout = 5_000;
  // Who asks and does not read would keep an answer in memory each time.
  server.setTimeout(idleMs);
  await listening(server, host, port);
  const bound = server.address();
  return {
    address: formatAddress(host, typeof bound === 'object' && bound ? bound.port : port),
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const onError = (cause: NodeJS.ErrnoException) =>
      reject(
        new AddressError(cause.code ?? 'UNKNOWN', `Can't listen on ${formatAddress(host, port)}: ${cause.message}`, {
          cause,
        }),
      );
    server.once('error', onError);
    server.listen({ host, port }, () => {
      server.off('error', onError);
      resolve();
    });
  });
}

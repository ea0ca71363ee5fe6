import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ServedFile } from './files.ts';
import { checkHost, checkSender, RefusedRequest, readJson, SECURITY_HEADERS } from './guard.ts';
import { InvalidRequest } from './requests.ts';
import type { Refusal } from './wire.ts';

export interface ConsoleServerOptions {
  /** The port that is tried first; 0 takes any. */
  readonly port: number;
  readonly files: ReadonlyMap<string, ServedFile>;
  /** What a POST to a path does with the JSON that it carries, and answers with. */
  readonly actions: ReadonlyMap<string, (body: unknown) => Promise<unknown>>;
  /** Takes over the answer to `GET /events`; false when there are too many. */
  readonly onListener: (response: ServerResponse, headers: Readonly<Record<string, string>>) => boolean;
}

/** Serves on 127.0.0.1. Disposing of it ends every connection at once. */
export interface ConsoleServer extends AsyncDisposable {
  readonly port: number;
}

/** How many ports after the first are tried before any is taken. */
const NEXT_PORTS = 20;
const MAX_CONNECTIONS = 64;
/** Whoever takes longer to ask is hung up on, so that the connections are not all held by those who never do. */
const REQUEST_MS = 5_000;
const CHECK_MS = 1_000;

/** @throws Error when no port can be listened on */
export async function startConsoleServer(options: ConsoleServerOptions): Promise<ConsoleServer> {
  const server = createServer({
    requestTimeout: REQUEST_MS,
    headersTimeout: REQUEST_MS,
    connectionsCheckingInterval: CHECK_MS,
  });
  server.maxConnections = MAX_CONNECTIONS;
  server.on('request', (request, response) => {
    const { port } = server.address() as AddressInfo;
    answer(request, response, port, options).catch((error: unknown) => refuse(response, error));
  });
  await listen(server, options.port);
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server, first: number): Promise<void> {
  for (let tried = 0; ; tried++) {
    const port = first === 0 || tried > NEXT_PORTS || first + tried > 65_535 ? 0 : first + tried;
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, '127.0.0.1', () => {
          server.off('error', reject);
          resolve();
        });
      });
      return;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (port === 0 || (code !== 'EADDRINUSE' && code !== 'EACCES')) throw error;
    }
  }
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  port: number,
  { files, actions, onListener }: ConsoleServerOptions,
): Promise<void> {
  checkHost(request, port);
  const { method = 'GET' } = request;
  const path = request.url?.split('?', 1)[0] ?? '/';
  const action = actions.get(path);
  if (action) {
    allow(response, method, ['POST']);
    checkSender(request);
    sendJson(response, 200, await action(await readJson(request)));
    return;
  }
  allow(response, method, ['GET', 'HEAD']);
  if (path === '/events') {
    if (method === 'HEAD') response.writeHead(200, SECURITY_HEADERS).end();
    else if (!onListener(response, SECURITY_HEADERS)) {
      throw new RefusedRequest(503, 'too many pages are open already: close one');
    }
    return;
  }
  const file = files.get(path);
  if (!file) throw new RefusedRequest(404, 'there is nothing here');
  response.writeHead(200, {
    ...SECURITY_HEADERS,
    'Content-Type': file.type,
    'Content-Length': file.body.length,
    'Cache-Control': 'no-cache',
  });
  response.end(method === 'HEAD' ? undefined : file.body);
}

/** @throws RefusedRequest */
function allow(response: ServerResponse, method: string, methods: readonly string[]): void {
  if (methods.includes(method)) return;
  response.setHeader('Allow', methods.join(', '));
  throw new RefusedRequest(405, `expected the method ${methods.join(' or ')}`);
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent || response.destroyed) {
    response.destroy();
    return;
  }
  const body: Refusal = {
    error: error instanceof Error ? error.message : String(error),
    faults: error instanceof InvalidRequest ? error.faults : [],
  };
  // What was not read of a request that is refused is not waited for.
  response.setHeader('Connection', 'close');
  sendJson(response, statusOf(error), body);
}

function statusOf(error: unknown): number {
  if (error instanceof RefusedRequest) return error.status;
  if (error instanceof InvalidRequest) return 400;
  return 500;
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { ...SECURITY_HEADERS, 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
  response.end(JSON.stringify(body ?? {}));
}

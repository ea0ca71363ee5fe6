import type { ServerResponse } from 'node:http';
import type { StreamEvents } from './wire.ts';

/** Server-sent events to the pages that are open. Disposing of it ends all of them. */
export interface EventStream extends Disposable {
  readonly clients: number;
  /** @returns false when there are too many clients already */
  add(response: ServerResponse, headers: Readonly<Record<string, string>>): boolean;
  send<Name extends keyof StreamEvents>(name: Name, data: StreamEvents[Name], only?: ServerResponse): void;
}

export interface EventStreamOptions {
  /** By default 8. */
  readonly maxClients?: number;
  /** What may wait for a client that does not read, in bytes; with more it is dropped. By default 1 MB. */
  readonly maxWaitingBytes?: number;
  /** By default 15,000. */
  readonly heartbeatMs?: number;
}

/** For how long a page waits before it connects again, in milliseconds. */
const RETRY_MS = 1_000;

export function createEventStream(options: EventStreamOptions = {}): EventStream {
  const { maxClients = 8, maxWaitingBytes = 1_000_000, heartbeatMs = 15_000 } = options;
  const clients = new Set<ServerResponse>();

  function write(client: ServerResponse, text: string): void {
    if (client.writableLength > maxWaitingBytes) {
      clients.delete(client);
      client.destroy();
    } else {
      client.write(text);
    }
  }
  const heartbeat = setInterval(() => {
    for (const client of clients) write(client, ': still here\n\n');
  }, heartbeatMs);
  heartbeat.unref();

  return {
    get clients() {
      return clients.size;
    },
    add(response, headers) {
      if (clients.size >= maxClients) return false;
      response.writeHead(200, { ...headers, 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
      clients.add(response);
      // A page that is gone is no error.
      response.on('error', () => {});
      response.on('close', () => clients.delete(response));
      write(response, `retry: ${RETRY_MS}\n\n`);
      return true;
    },
    send(name, data, only) {
      if (clients.size === 0) return;
      const text = `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
      if (only) write(only, text);
      else for (const client of clients) write(client, text);
    },
    [Symbol.dispose]() {
      clearInterval(heartbeat);
      for (const client of clients) client.destroy();
      clients.clear();
    },
  };
}

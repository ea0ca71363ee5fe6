import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { createEventStream } from './event-stream.ts';

async function streamOf(options: Parameters<typeof createEventStream>[0]) {
  const stream = createEventStream(options);
  const responses: ServerResponse[] = [];
  const server = createServer((_, response) => {
    responses.push(response);
    stream.add(response, {});
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    stream[Symbol.dispose]();
    server.closeAllConnections();
    server.close();
  });
  const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
  socket.on('error', () => {});
  onTestFinished(() => void socket.destroy());
  socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
  await expect.poll(() => stream.clients).toBe(1);
  return { stream, socket, responses };
}

const switches = { parts: [], marks: [{ atMs: 0, text: 'x'.repeat(50_000) }] };

test('a page that does not read is dropped, and nothing is kept for it', async () => {
  const { stream, socket, responses } = await streamOf({ maxWaitingBytes: 200_000 });
  socket.pause();
  for (let sent = 0; sent < 500 && stream.clients > 0; sent++) {
    stream.send('switches', switches);
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(stream.clients).toBe(0);
  expect(responses[0]?.destroyed).toBe(true);
});

test('a silent stream says now and then that it is there', async () => {
  const { socket } = await streamOf({ heartbeatMs: 10 });
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  await expect.poll(() => text).toContain(': still here');
});

test('an event goes to all pages, or to the one that is meant', async () => {
  const { stream, socket, responses } = await streamOf({});
  let text = '';
  socket.on('data', (chunk) => {
    text += chunk;
  });
  stream.send('decisions', { rows: [], of: 3 });
  stream.send('decisions', { rows: [], of: 4 }, responses[0]);
  await expect.poll(() => text).toContain('event: decisions\ndata: {"rows":[],"of":4}\n\n');
  expect(text).toContain('{"rows":[],"of":3}');
});

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Http2Server, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { startHangUpRelay } from './hang-up-relay.ts';

/** A client that opens one stream, leaves it open, says so, and waits to be killed. */
const CLIENT = `
  const { connect } = require('node:http2');
  const session = connect('http://127.0.0.1:' + process.argv[1]);
  const stream = session.request({ ':method': 'POST', ':path': '/stream' }, { endStream: false });
  stream.on('response', () => process.stdout.write('open\\n'));
  stream.write('x'.repeat(100_000));
`;

async function listen(server: Http2Server): Promise<number> {
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

test("a killed client's open stream is ended in its name, and not aborted", { timeout: 20_000 }, async () => {
  const ends: string[] = [];
  const { promise: ended, resolve } = Promise.withResolvers<void>();
  const server = createServer();
  server.on('stream', (stream: ServerHttp2Stream) => {
    stream.on('aborted', () => ends.push('aborted'));
    stream.on('end', () => {
      ends.push('end');
      resolve();
    });
    stream.on('error', () => {});
    stream.resume();
    stream.respond({ ':status': 200 });
  });
  await using relay = await startHangUpRelay(await listen(server));
  const client = spawn(process.execPath, ['-e', CLIENT, String(relay.port)], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    await once(client.stdout, 'data');
    client.kill('SIGKILL');
    await ended;
    expect(ends).toEqual(['end']);
  } finally {
    client.kill('SIGKILL');
    server.close();
  }
});

test('what the two sides say is passed on unchanged', async () => {
  const server = createServer();
  server.on('stream', (stream: ServerHttp2Stream) => {
    stream.respond({ ':status': 200 });
    stream.pipe(stream);
  });
  await using relay = await startHangUpRelay(await listen(server));
  const { connect } = await import('node:http2');
  const session = connect(`http://127.0.0.1:${relay.port}`);
  const text = 'Ägypten 日本 '.repeat(50_000);
  const stream = session.request({ ':method': 'POST', ':path': '/' });
  stream.end(text);
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  expect(Buffer.concat(chunks).toString()).toBe(text);
  session.close();
  server.close();
});

test('a server that is gone ends the connection', async () => {
  const server = createServer();
  const port = await listen(server);
  server.close();
  await using relay = await startHangUpRelay(port);
  const { connect } = await import('node:net');
  const socket = connect(relay.port, '127.0.0.1');
  socket.on('error', () => {});
  await once(socket, 'close');
  expect(socket.destroyed).toBe(true);
});

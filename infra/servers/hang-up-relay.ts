import { connect, createServer, type Socket } from 'node:net';

/** A relay in front of an HTTP/2 server on 127.0.0.1. Disposing of it cuts its connections. */
export interface HangUpRelay extends AsyncDisposable {
  readonly port: number;
}

/**
 * Passes connections on to a server and, when a client goes without a goodbye, ends its open requests for it.
 *
 * Google's Pub/Sub emulator needs that. Killing a subscriber closes its connection, but the emulator goes on sending
 * messages to its stream for ever, and with a retry policy they never come back; Google's Pub/Sub ends the stream with
 * the connection. The emulator heeds neither the end of a connection nor RST_STREAM, only the end of the client's side
 * of a stream: that is what is said here in the client's name (END_STREAM; RFC 9113, section 8.1).
 *
 * @param targetPort of the server, on 127.0.0.1
 */
export async function startHangUpRelay(targetPort: number): Promise<HangUpRelay> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (client) => {
    const target = connect({ host: '127.0.0.1', port: targetPort, noDelay: true });
    for (const socket of [client, target]) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    }
    relay(client, target);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen({ host: '127.0.0.1', port: 0 }, resolve);
  });
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** How long the server has for what was said in the client's name, in milliseconds. */
const GOODBYE_MS = 1_000;

function relay(client: Socket, target: Socket): void {
  const frames = followFrames();
  client.on('data', (chunk) => {
    if (!target.write(frames.take(chunk))) client.pause();
  });
  target.on('drain', () => client.resume());
  target.pipe(client);
  target.on('error', () => client.destroy());
  target.on('close', () => client.destroy());
  client.on('error', () => {}); // What follows is its closing.
  client.on('close', () => {
    for (const stream of frames.openStreams) target.write(endOf(stream));
    setTimeout(() => target.destroy(), GOODBYE_MS).unref();
  });
}

const PREFACE_BYTES = 24;
const HEADER_BYTES = 9;
const DATA = 0x0;
const HEADERS = 0x1;
const RST_STREAM = 0x3;
const END_STREAM = 0x1;

interface Frames {
  /** Takes what the client has sent and answers as much of it as ends with a whole frame. */
  take(chunk: Buffer): Buffer;
  /** The streams that the client has opened and on which it may still send. */
  readonly openStreams: ReadonlySet<number>;
}

/** Follows the client's side of an HTTP/2 connection, frame by frame (RFC 9113, section 4.1). */
function followFrames(): Frames {
  const openStreams = new Set<number>();
  let rest: Buffer = Buffer.alloc(0);
  let isBegun = false;

  function note(type: number, flags: number, stream: number): void {
    if (type === HEADERS) openStreams.add(stream);
    const ends = type === RST_STREAM || ((type === HEADERS || type === DATA) && (flags & END_STREAM) !== 0);
    if (ends) openStreams.delete(stream);
  }

  return {
    openStreams,
    take(chunk) {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
      let end = 0;
      if (!isBegun) {
        if (bytes.length < PREFACE_BYTES) {
          rest = bytes;
          return Buffer.alloc(0);
        }
        isBegun = true;
        end = PREFACE_BYTES;
      }
      while (bytes.length - end >= HEADER_BYTES) {
        const length = bytes.readUIntBE(end, 3);
        if (bytes.length - end < HEADER_BYTES + length) break;
        note(bytes[end + 3]!, bytes[end + 4]!, bytes.readUInt32BE(end + 5) & 0x7fffffff);
        end += HEADER_BYTES + length;
      }
      rest = bytes.subarray(end);
      return bytes.subarray(0, end);
    },
  };
}

/** An empty DATA frame: the client has nothing more to say on the stream. */
function endOf(stream: number): Buffer {
  const frame = Buffer.alloc(HEADER_BYTES);
  frame[3] = DATA;
  frame[4] = END_STREAM;
  frame.writeUInt32BE(stream, 5);
  return frame;
}

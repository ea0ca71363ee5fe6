import { once } from 'node:events';
import { constants, createServer, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What a server that keeps no rules does with one call. */
export type Reaction =
  /** A gRPC answer, each part of which may be wrong; parts that are absent are not sent. */
  | {
      readonly kind: 'answer';
      /** HTTP/2 headers before the body; those of a gRPC answer unless given. */
      readonly headers?: Readonly<Record<string, string>> | undefined;
      /** The body as it stands: messages with their prefixes, or anything. */
      readonly body: Buffer;
      readonly trailers?: Readonly<Record<string, string>> | undefined;
    }
  /** A status without a body. */
  | { readonly kind: 'trailers-only'; readonly headers: Readonly<Record<string, string>> }
  /** The stream is reset, with an HTTP/2 error code, after that much of an answer. */
  | { readonly kind: 'reset'; readonly code: number; readonly body: Buffer }
  /** The connection is given up with GOAWAY, before or after the answer. */
  | { readonly kind: 'goaway'; readonly code: number; readonly body: Buffer }
  /** The connection is cut. */
  | { readonly kind: 'cut'; readonly body: Buffer }
  /** The answer comes in pieces, with a pause before each. */
  | { readonly kind: 'drip'; readonly body: Buffer; readonly pauseMs: number; readonly pieces: number }
  /** Nothing ever comes. */
  | { readonly kind: 'silence' };

export interface RawGrpcServer extends AsyncDisposable {
  /** `host:port`. */
  readonly address: string;
  /** What each call from now on meets. */
  react: () => Reaction;
}

const GRPC_HEADERS = { ':status': '200', 'content-type': 'application/grpc' };
export const OK_TRAILERS = { 'grpc-status': '0' };

/** A message as it stands in the body of a call: a flag, the length, the bytes. */
export function framed(message: Uint8Array, { flag = 0, length = message.length } = {}): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = flag;
  prefix.writeUInt32BE(length >>> 0, 1);
  return Buffer.concat([prefix, message]);
}

/** An HTTP/2 server that answers calls with whatever it is told to, on 127.0.0.1. */
export async function startRawGrpcServer(): Promise<RawGrpcServer> {
  const sessions = new Set<ServerHttp2Session>();
  const ending = new AbortController();
  // In MB: what it still has to send when the client gives up must not keep it from answering the next call.
  const server = createServer({ maxSessionMemory: 1_000 });
  const raw: Pick<RawGrpcServer, 'react'> = { react: () => ({ kind: 'silence' }) };

  server.on('session', (session) => {
    sessions.add(session);
    session.on('close', () => sessions.delete(session));
    session.on('error', () => {});
  });
  server.on('stream', (stream) => {
    stream.on('error', () => {});
    stream.resume();
    stream.on('end', () => {
      // What the client has reset meanwhile can't be answered any more, and nobody waits for it.
      if (!stream.destroyed) void perform(stream, raw.react(), ending.signal);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  return Object.assign(raw, {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      ending.abort();
      for (const session of sessions) session.destroy();
      server.close();
      await once(server, 'close');
    },
  });
}

async function perform(stream: ServerHttp2Stream, reaction: Reaction, signal: AbortSignal): Promise<void> {
  const session = stream.session as ServerHttp2Session;
  switch (reaction.kind) {
    case 'answer':
      respond(stream, reaction.headers ?? GRPC_HEADERS, reaction.trailers);
      stream.end(reaction.body);
      break;
    case 'trailers-only':
      stream.respond({ ...GRPC_HEADERS, ...reaction.headers }, { endStream: true });
      break;
    case 'reset':
      if (reaction.body.length === 0) {
        stream.close(reaction.code);
        break;
      }
      respond(stream, GRPC_HEADERS);
      stream.write(reaction.body, () => stream.close(reaction.code));
      break;
    case 'goaway':
      session.goaway(reaction.code, 0, Buffer.from('odd'));
      respond(stream, GRPC_HEADERS, OK_TRAILERS);
      stream.end(reaction.body);
      session.close();
      break;
    case 'cut':
      respond(stream, GRPC_HEADERS);
      stream.write(reaction.body, () => session.destroy());
      break;
    case 'drip': {
      respond(stream, GRPC_HEADERS, OK_TRAILERS);
      const step = Math.max(1, Math.ceil(reaction.body.length / reaction.pieces));
      for (let from = 0; from < reaction.body.length && !stream.destroyed; from += step) {
        stream.write(reaction.body.subarray(from, from + step));
        await sleep(reaction.pauseMs, undefined, { signal }).catch(() => {});
      }
      if (!stream.destroyed) stream.end();
      break;
    }
    case 'silence':
      break;
  }
}

function respond(
  stream: ServerHttp2Stream,
  headers: Readonly<Record<string, string>>,
  trailers?: Readonly<Record<string, string>>,
): void {
  stream.respond(headers, { waitForTrailers: trailers !== undefined });
  if (trailers) stream.on('wantTrailers', () => void (stream.destroyed || stream.sendTrailers(trailers)));
}

/** The HTTP/2 error codes that a stream can be reset with. */
export const RESET_CODES = [
  constants.NGHTTP2_NO_ERROR,
  constants.NGHTTP2_PROTOCOL_ERROR,
  constants.NGHTTP2_INTERNAL_ERROR,
  constants.NGHTTP2_REFUSED_STREAM,
  constants.NGHTTP2_CANCEL,
  constants.NGHTTP2_ENHANCE_YOUR_CALM,
  constants.NGHTTP2_INADEQUATE_SECURITY,
];

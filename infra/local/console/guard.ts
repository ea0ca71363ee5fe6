import type { IncomingMessage } from 'node:http';

/** Why a request is not heeded. */
export class RefusedRequest extends Error {
  override readonly name = 'RefusedRequest';
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

/** The most that a request may carry, in bytes. */
export const MAX_BODY_BYTES = 64 * 1024;

/** Sent with every answer: the page uses nothing but what this server serves, and nobody may frame it. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
};

/**
 * Any name can be made to lead to 127.0.0.1 by whoever owns it, and a page of that name would be of the same origin as
 * this server then: only requests that call it by its own names are heeded.
 *
 * @throws RefusedRequest
 */
export function checkHost(request: Pick<IncomingMessage, 'headers'>, port: number): void {
  const names = ['127.0.0.1', 'localhost', '[::1]'].map((name) => `${name}:${port}`);
  // A browser leaves the port out where it is the usual one.
  if (port === 80) names.push('127.0.0.1', 'localhost', '[::1]');
  const host = request.headers.host?.toLowerCase() ?? '';
  if (!names.includes(host)) {
    throw new RefusedRequest(403, `expected the header Host to be one of ${names.join(', ')}`);
  }
  // What other sites embed or fetch: a browser that says so is believed.
  const site = request.headers['sec-fetch-site'];
  if (
    site !== undefined &&
    site !== 'same-origin' &&
    site !== 'none' &&
    request.headers['sec-fetch-mode'] !== 'navigate'
  ) {
    throw new RefusedRequest(403, 'this server answers its own page only');
  }
}

/**
 * Whatever changes something must come from the server's own page: its Origin says so, and a content type that no form
 * of another site can send.
 *
 * @throws RefusedRequest
 */
export function checkSender(request: Pick<IncomingMessage, 'headers'>): void {
  const { origin, host } = request.headers;
  if (origin !== `http://${host}`) {
    throw new RefusedRequest(403, `expected the header Origin to be http://${host}`);
  }
  const type = request.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
  if (type !== 'application/json') throw new RefusedRequest(415, 'expected the content type application/json');
}

/**
 * @returns what the JSON of the body says
 * @throws RefusedRequest when it is too large or none
 */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const tooLarge = new RefusedRequest(413, `expected at most ${MAX_BODY_BYTES} bytes`);
  if (Number(request.headers['content-length'] ?? 0) > MAX_BODY_BYTES) throw tooLarge;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw tooLarge;
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString());
  } catch (cause) {
    throw new RefusedRequest(400, `expected JSON: ${(cause as Error).message}`);
  }
}

import { type DestinationStream, type Logger, pino } from 'pino';

/** What sellers have written of an item, and what proves who somebody is: neither belongs in a log. */
const PRIVATE = [
  'title',
  'description',
  'imageUrls',
  'image_urls',
  'price',
  'sellerId',
  'seller_id',
  'password',
  'secret',
  'token',
  'authorization',
  'Authorization',
];

/** Where such a field is found: in a line itself, and in what stands in it, as deep as an item in an event in an error. */
const DEPTHS = ['', '*.', '*.*.', '*.*.*.'];

const CENSOR = '[redacted]';

/** Of a URL: `redis://user:password@host`, up to the last `@`, since programs also take passwords that have one. */
const URL_CREDENTIALS = /([a-z][a-z\d+.-]*:\/\/)[^\s/"\\]*@/gi;
const BEARER = /\b(Bearer|Basic) +[\w.~+/=-]{8,}/g;

/**
 * The log of a program: JSON lines on standard output, levels as words. Item texts and secrets are never handed to it; should
 * one be all the same, as a field or within the words of an error, it is redacted.
 */
export function createLog(service: string, level: string, destination: DestinationStream = standardOutput()): Logger {
  return pino(
    {
      level,
      base: { service, pid: process.pid },
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: DEPTHS.flatMap((depth) => PRIVATE.map((field) => `${depth}${field}`)), censor: CENSOR },
      hooks: { streamWrite: withoutCredentials },
    },
    destination,
  );
}

function withoutCredentials(line: string): string {
  return line.replace(URL_CREDENTIALS, `$1${CENSOR}@`).replace(BEARER, `$1 ${CENSOR}`);
}

function standardOutput(): DestinationStream {
  // Synchronous: pino's own destination writes later, and on exit it then tries for ever to write to a pipe whose
  // reader is gone (sonic-boom 4 retries on EPIPE), so that a program would outlive the parent that it is to end with.
  return pino.destination({ dest: 1, sync: true });
}

import fc from 'fast-check';
import { anyBytes, oddText } from './odd-values.ts';
import { framed, OK_TRAILERS, RESET_CODES, type Reaction } from './raw-grpc-server.ts';

const status = fc.oneof(
  { arbitrary: fc.constant('0'), weight: 5 },
  fc.nat(16).map(String),
  fc.constantFrom('17', '99', '-1', '4294967296', 'OK', '', '0x0', '1.5', 'NaN', '00'),
);
/** What a header may hold: no line ends, nothing beyond Latin-1. */
const headerText = oddText.map((text) => text.replace(/[^\x20-\x7e]/g, '?'));
const statusHeaders = fc
  .record(
    {
      'grpc-status': status,
      'grpc-message': fc.oneof(
        headerText,
        fc.constantFrom('%', '%zz', '%ff%fe', '%00', '%f0%9f%8d', 'x'.repeat(8_000)),
      ),
      'grpc-status-details-bin': fc.oneof(
        headerText,
        anyBytes(40).map((bytes) => bytes.toString('base64')),
      ),
      'grpc-encoding': fc.constantFrom('gzip', 'identity', 'br', ''),
      'grpc-retry-pushback-ms': fc.constantFrom('0', '-1', 'x', '99999999'),
      'x-odd-bin': fc.constantFrom('%', 'AAA', ''),
    },
    { requiredKeys: ['grpc-status'] },
  )
  .map((headers) => headers as Record<string, string>);

const headers = fc.oneof(
  { arbitrary: fc.constant(undefined), weight: 8 },
  fc
    .record({
      ':status': fc.constantFrom('200', '204', '301', '400', '401', '404', '429', '500', '502', '503'),
      'content-type': fc.constantFrom(
        'application/grpc',
        'application/grpc+proto',
        'text/html',
        'application/json',
        '',
      ),
      'grpc-encoding': fc.constantFrom('identity', 'gzip', 'deflate', 'odd'),
    })
    .map((all) => all as Record<string, string>),
);

/** The body of an answer around a message: as it should be, or with a prefix that lies, or twice, or cut. */
function bodyOf(message: fc.Arbitrary<Buffer>): fc.Arbitrary<Buffer> {
  return fc.oneof(
    { arbitrary: message.map((one) => framed(one)), weight: 8 },
    fc
      .tuple(message, fc.constantFrom(0, 1, 0xff), fc.constantFrom(0, 1, 3, 4_194_305, 0xffff_ffff))
      .map(([one, flag, length]) => framed(one, { flag, length })),
    message.map((one) => framed(one, { flag: 1 })),
    message.map((one) => Buffer.concat([framed(one), framed(one)])),
    fc.tuple(message, fc.nat(20)).map(([one, cut]) => framed(one).subarray(0, cut)),
    anyBytes(20),
  );
}

/** Answers that leave the connection as it is. */
export function oddAnswers(message: fc.Arbitrary<Buffer>): fc.Arbitrary<Reaction> {
  const body = bodyOf(message);
  return fc.oneof(
    {
      arbitrary: body.map((one): Reaction => ({ kind: 'answer', body: one, trailers: OK_TRAILERS })),
      weight: 6,
    },
    {
      arbitrary: fc
        .record({ headers, body, trailers: fc.option(statusHeaders, { nil: undefined }) })
        .map((answer): Reaction => ({ kind: 'answer', ...answer })),
      weight: 3,
    },
    statusHeaders.map((all): Reaction => ({ kind: 'trailers-only', headers: all })),
    fc.record({ kind: fc.constant('reset' as const), code: fc.constantFrom(...RESET_CODES), body }),
  );
}

/** Answers that cost the time of a call, or the connection. */
export function rudeAnswers(message: fc.Arbitrary<Buffer>): fc.Arbitrary<Reaction> {
  const body = bodyOf(message);
  return fc.oneof(
    fc.record({ kind: fc.constant('goaway' as const), code: fc.constantFrom(0, 2, 7, 11), body }),
    fc.record({ kind: fc.constant('cut' as const), body }),
    fc.record({
      kind: fc.constant('drip' as const),
      body,
      pauseMs: fc.constantFrom(1, 20),
      pieces: fc.constantFrom(3, 8, 40),
    }),
    fc.constant<Reaction>({ kind: 'silence' }),
  );
}

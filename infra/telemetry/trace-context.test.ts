import { expect, test } from 'vitest';
import { traceAttributes, traceIdOf } from './trace-context.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const VALID = `00-${TRACE_ID}-b7ad6b7169203331-01`;

test.each([VALID, VALID.replace(/01$/, '00'), VALID.replace(/^00/, '42')])('%s names its trace', (text) => {
  expect(traceIdOf(text)).toBe(TRACE_ID);
  expect(traceAttributes(text)).toEqual({ traceparent: text });
});

test.each([
  undefined,
  '',
  '00-a-b-01',
  `ff-${TRACE_ID}-b7ad6b7169203331-01`,
  `00-${'0'.repeat(32)}-b7ad6b7169203331-01`,
  `00-${TRACE_ID}-${'0'.repeat(16)}-01`,
  VALID.toUpperCase(),
  `${VALID}-and-more`,
  'x'.repeat(1_000_000),
])('what is no traceparent names none, and goes no further: %j', (text) => {
  expect(traceIdOf(text)).toBeUndefined();
  expect(traceAttributes(text ?? '')).toEqual({});
});

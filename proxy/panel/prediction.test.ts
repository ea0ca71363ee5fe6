import { status } from '@grpc/grpc-js';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fault, PERMANENT_CODES, TRANSIENT_CODES } from '../testing/fake-model-client.ts';
import { isTransient, outcomeOf } from './prediction.ts';

describe('the outcome of a prediction', () => {
  test('is a score for every probability from 0 to 1', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (probability) => {
        expect(outcomeOf({ probability }, 'v7')).toEqual({ state: 'scored', probability, modelVersion: 'v7' });
      }),
    );
  });

  test.each([Number.NaN, -1, -Number.MIN_VALUE, 2, 1.000_000_1, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])(
    'is failed for %d, which is no probability',
    (probability) => {
      const error = `INVALID_ANSWER: expected a probability from 0 to 1, got ${probability}`;
      expect(outcomeOf({ probability }, 'v1')).toEqual({ state: 'failed', error });
    },
  );

  test('is failed where there is neither a probability nor an error', () => {
    const error = 'INVALID_ANSWER: neither a probability nor an error';
    expect(outcomeOf({}, 'v1')).toEqual({ state: 'failed', error });
  });

  test.each(TRANSIENT_CODES.map((code) => [status[code], code] as const))('is pending for %s', (name, code) => {
    expect(outcomeOf(fault(code, 'not now'), 'v1')).toEqual({ state: 'pending', error: `${name}: not now` });
  });

  test.each(PERMANENT_CODES.map((code) => [status[code], code] as const))('is failed for %s', (name, code) => {
    expect(outcomeOf(fault(code, 'no'), 'v1')).toEqual({ state: 'failed', error: `${name}: no` });
  });

  test('is failed for an error that says OK, and for a status that does not exist', () => {
    expect(outcomeOf(fault(status.OK, 'fine'), 'v1')).toEqual({ state: 'failed', error: 'OK: fine' });
    expect(outcomeOf(fault(99, 'odd'), 'v1')).toEqual({ state: 'failed', error: '99: odd' });
  });

  test('is the error where a model gives both', () => {
    const both = { probability: 0.5, ...fault(status.UNAVAILABLE, 'no') };
    expect(outcomeOf(both, 'v1').state).toBe('pending');
  });

  test('is known for each of the 17 statuses', () => {
    const all = Object.values(status).filter((code) => typeof code === 'number');
    expect([...TRANSIENT_CODES, ...PERMANENT_CODES, status.OK].toSorted()).toEqual(all.toSorted());
    expect(all).toHaveLength(17);
  });

  test('is failed where the version is longer than what repeats it can bear', () => {
    const version = 'v'.repeat(200);
    expect(outcomeOf({ probability: 0.5 }, version).state).toBe('scored');
    expect(outcomeOf({ probability: 0.5 }, `${version}v`)).toEqual({
      state: 'failed',
      error: 'INVALID_ANSWER: expected a model version of at most 200 characters, got 201 characters',
    });
  });

  test('keeps no more of a message than fits into a backlog entry', () => {
    const outcome = outcomeOf(fault(status.UNAVAILABLE, '🍵'.repeat(100_000)), 'v1');
    expect(outcome).toMatchObject({ state: 'pending', error: expect.stringMatching(/^UNAVAILABLE: 🍵/u) });
    if (outcome.state === 'pending') expect(outcome.error.length).toBe(200);
  });
});

test('a call that ends with a status that gRPC does not know may succeed later', () => {
  for (const code of [17, 99, -1, Number.NaN]) expect(isTransient(code)).toBe(true);
  for (const code of PERMANENT_CODES) expect(isTransient(code)).toBe(false);
});

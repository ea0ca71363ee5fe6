import { describe, expect, test } from 'vitest';
import { type DeepPartial, SetFaultsRequest } from '../../proto/generated/models/v1/faults.ts';
import { faultRequestProblems } from './fault-request.ts';

const problems = (request: DeepPartial<SetFaultsRequest>): string[] =>
  faultRequestProblems(SetFaultsRequest.fromPartial(request));

describe('a request for faults', () => {
  test('is sound when empty and when every field is in its range', () => {
    expect(problems({})).toEqual([]);
    const errors = [
      { code: 14, rate: 0.1 },
      { code: 4, rate: 0.2 },
      { code: 8, rate: 0.7 },
    ];
    expect(problems({ down: true, hang: true, latency: { medianMs: 5, p99Ms: 5 }, errors, garbageRate: 1 })).toEqual(
      [],
    );
  });

  test('is told every field at fault at once', () => {
    expect(
      problems({
        latency: { medianMs: 0, p99Ms: -1 },
        errors: [
          { code: 0, rate: 0.5 },
          { code: 17, rate: 1.5 },
        ],
        garbageRate: Number.NaN,
      }),
    ).toEqual([
      'latency.median_ms must be above 0 and at most 600000, but is 0',
      'latency.p99_ms must be at least the median and at most 600000, but is -1',
      'errors[0].code must be 1 to 16, but is 0',
      'errors[1].code must be 1 to 16, but is 17',
      'errors[1].rate must be 0 to 1, but is 1.5',
      'garbage_rate must be 0 to 1, but is NaN',
    ]);
  });

  test('may not fail more calls than there are', () => {
    const errors = [
      { code: 14, rate: 0.75 },
      { code: 4, rate: 0.5 },
    ];
    expect(problems({ errors })).toEqual(['the rates of errors must sum up to at most 1, but make 1.25']);
  });
});

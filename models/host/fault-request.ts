import type { Latency, SetFaultsRequest, StatusRate } from '../../proto/generated/models/v1/faults.ts';

/** Ten minutes: longer than any deadline, and safely within what a timer takes. */
const maxLatencyMs = 600_000;
// Shares that are written in decimals may sum up to a little more than 1.
const roundingSlack = 1e-9;

/** What is wrong with a request, each with its field; empty when nothing is. */
export function faultRequestProblems(request: SetFaultsRequest): string[] {
  return [
    ...(request.latency ? latencyProblems(request.latency) : []),
    ...request.errors.flatMap(statusRateProblems),
    ...sumProblems(request.errors),
    ...(isShare(request.garbageRate) ? [] : [`garbage_rate must be 0 to 1, but is ${request.garbageRate}`]),
  ];
}

function latencyProblems({ medianMs, p99Ms }: Latency): string[] {
  const problems: string[] = [];
  if (!(medianMs > 0 && medianMs <= maxLatencyMs)) {
    problems.push(`latency.median_ms must be above 0 and at most ${maxLatencyMs}, but is ${medianMs}`);
  }
  if (!(p99Ms >= medianMs && p99Ms <= maxLatencyMs)) {
    problems.push(`latency.p99_ms must be at least the median and at most ${maxLatencyMs}, but is ${p99Ms}`);
  }
  return problems;
}

function statusRateProblems({ code, rate }: StatusRate, index: number): string[] {
  const problems: string[] = [];
  if (!(code >= 1 && code <= 16)) problems.push(`errors[${index}].code must be 1 to 16, but is ${code}`);
  if (!isShare(rate)) problems.push(`errors[${index}].rate must be 0 to 1, but is ${rate}`);
  return problems;
}

function sumProblems(errors: readonly StatusRate[]): string[] {
  const sum = errors.reduce((total, { rate }) => total + rate, 0);
  const each = errors.every(({ rate }) => isShare(rate));
  return each && sum > 1 + roundingSlack ? [`the rates of errors must sum up to at most 1, but make ${sum}`] : [];
}

function isShare(value: number): boolean {
  return value >= 0 && value <= 1;
}

import type { Duration } from '../../../proto/generated/google/protobuf/duration.ts';

export function toMs(duration: Duration): number;
export function toMs(duration: Duration | undefined): number | undefined;
export function toMs(duration: Duration | undefined): number | undefined {
  return duration && duration.seconds * 1_000 + duration.nanos / 1e6;
}

export function toDuration(ms: number): Duration;
export function toDuration(ms: number | undefined): Duration | undefined;
export function toDuration(ms: number | undefined): Duration | undefined {
  if (ms === undefined) return undefined;
  const seconds = Math.floor(ms / 1_000);
  return { seconds, nanos: Math.round((ms - seconds * 1_000) * 1e6) };
}

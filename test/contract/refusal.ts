import { status } from '@grpc/grpc-js';
import { expect } from 'vitest';

/** How a call ended: by one of gRPC's statuses, or `OK`. */
export type Outcome = keyof typeof status;

type Call = () => Promise<unknown>;

/** @throws Error where the call failed by something else than the server's answer. */
export async function outcomeOf(call: Call): Promise<Outcome> {
  try {
    await call();
    return 'OK';
  } catch (error) {
    const { code } = error as { code?: unknown };
    const name = typeof code === 'number' ? status[code] : undefined;
    if (name === undefined) throw error;
    return name as Outcome;
  }
}

/** Makes all the calls, and expects each to end so; a difference names its call. */
export async function expectOutcomes(expected: Outcome, calls: Readonly<Record<string, Call>>): Promise<void> {
  const names = Object.keys(calls);
  const outcomes = await Promise.all(Object.values(calls).map(outcomeOf));
  expect(Object.fromEntries(names.map((name, index) => [name, outcomes[index]]))).toEqual(
    Object.fromEntries(names.map((name) => [name, expected])),
  );
}

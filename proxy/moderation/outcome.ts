/**
 * What asking one model about one item came to. Always data, never an exception: nobody can forget to catch it.
 *
 * - `scored`: the model has answered.
 * - `pending`: a transient fault; the answer is owed and can be had later.
 * - `failed`: a permanent fault; asking again would come to the same.
 * - `abandoned`: owed for too long or asked too often, and given up.
 */
export type Outcome = Scored | Pending | Failed | Abandoned;

export interface Scored {
  readonly state: 'scored';
  /** 0 to 1. */
  readonly probability: number;
  readonly modelVersion: string;
}

export interface Pending {
  readonly state: 'pending';
  /** A gRPC status or a reason of the proxy's own, with a message: "UNAVAILABLE: connection refused". */
  readonly error: string;
}

export interface Failed {
  readonly state: 'failed';
  readonly error: string;
}

export interface Abandoned {
  readonly state: 'abandoned';
  readonly error: string;
}

/** Outcomes by the model's name. */
export type Outcomes = ReadonlyMap<string, Outcome>;

/** The longest name of a model's version that is taken: it is part of every decision, backlog entry and cache key. */
export const MAX_VERSION_LENGTH = 200;

/** The longest error text that is kept, in characters: a backlog entry must stay small, whatever a model says. */
const MAX_ERROR_LENGTH = 200;

export function pending(error: string): Pending {
  return { state: 'pending', error: cut(error) };
}

export function failed(error: string): Failed {
  return { state: 'failed', error: cut(error) };
}

export function abandoned(error: string): Abandoned {
  return { state: 'abandoned', error: cut(error) };
}

/** The cut may go through a surrogate pair, and half of one is refused by brokers and JSON parsers. */
function cut(error: string): string {
  return error.slice(0, MAX_ERROR_LENGTH).toWellFormed();
}

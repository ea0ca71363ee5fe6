import { z } from 'zod';
import type { FieldFault } from './wire.ts';

/** What is asked for is not what can be asked for: every fault of it. */
export class InvalidRequest extends Error {
  override readonly name = 'InvalidRequest';
  readonly faults: readonly FieldFault[];

  constructor(message: string, faults: readonly FieldFault[]) {
    super(message);
    this.faults = faults;
  }
}

const name = z.string().min(1).max(64);

export const breakRequest = z.strictObject({ part: name, how: name });
export const repairRequest = z.strictObject({ part: name });
/** More at once would be a test of the publisher. */
const MOST_AT_ONCE = 5_000;
const aCount = `expected a whole number, 1 to ${MOST_AT_ONCE}`;
export const burstRequest = z.strictObject({ count: z.int(aCount).min(1, aCount).max(MOST_AT_ONCE, aCount) });

// Whether an item can be moderated is for the proxy to say; this only bounds what it is asked.
export const moderateRequest = z.strictObject({
  title: atMost(2_000),
  description: atMost(20_000),
  category: atMost(500),
  sellerId: atMost(500),
  price: z.strictObject({ currency: atMost(20), minorUnits: z.int('expected a whole number') }).nullable(),
  enqueue: z.boolean(),
});

function atMost(characters: number): z.ZodString {
  return z.string().max(characters, `expected at most ${characters} characters`);
}

/** @throws InvalidRequest */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
  throw new InvalidRequest('the request is invalid', faults);
}

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
export const burstRequest = z.strictObject({ count: z.int().min(1).max(5_000) });

// Whether an item can be moderated is for the proxy to say; this only bounds what it is asked.
export const moderateRequest = z.strictObject({
  title: z.string().max(2_000),
  description: z.string().max(20_000),
  category: z.string().max(500),
  sellerId: z.string().max(500),
  price: z.strictObject({ currency: z.string().max(20), minorUnits: z.int() }).nullable(),
  enqueue: z.boolean(),
});

/** @throws InvalidRequest */
export function parseRequest<Schema extends z.ZodType>(schema: Schema, body: unknown): z.infer<Schema> {
  const result = schema.safeParse(body);
  if (result.success) return result.data;
  const faults = result.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
  throw new InvalidRequest('the request is invalid', faults);
}

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const amount = z.number().min(0).max(1_000_000);

const schema = z.strictObject({
  /** Of the public page that they are from. */
  title: z.string().min(1),
  url: z.url(),
  /** When the page said so. */
  date: z.iso.date(),
  currency: z.string().regex(/^[A-Z]{3}$/, 'expected a currency by its three letters, such as USD'),
  throughput: z.strictObject({
    /** Data that is published, and data that is delivered, again or not. */
    perTiB: amount,
    minimumBytesPerRequest: amount,
    /** What a message counts beyond its data and attributes. */
    overheadBytesPerMessage: amount,
  }),
  storage: z.strictObject({
    perGiBMonth: amount,
    /** A message that is not acknowledged is stored for free for so long. */
    freeHours: amount,
  }),
});

/** Prices of Pub/Sub. */
export type Prices = z.output<typeof schema>;

/** Those that ship. */
export const PRICES_FILE = resolve(import.meta.dirname, '../../prices.yaml');

/** Prices that can't be used. The message says where and why. */
export class PricesError extends Error {
  override name = 'PricesError';
}

/** @throws PricesError */
export function readPrices(file: string): Prices {
  let value: unknown;
  try {
    value = parse(readFileSync(file, 'utf8'), { prettyErrors: true });
  } catch (cause) {
    throw new PricesError(`${file} can't be read as prices: ${(cause as Error).message}`, { cause });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const lines = parsed.error.issues.map(({ path, message }) => `  ${path.join('.') || '(the whole file)'}: ${message}`);
  throw new PricesError(`${file} can't be used as prices; simulations/prices.yaml shows how:\n${lines.join('\n')}`);
}

const TIB = 2 ** 40;
const GIB = 2 ** 30;
/** Google counts a month as 730 hours: 365 days in 12 months. */
const MONTH_S = 730 * 3_600;

/**
 * For messages of so many bytes of data and attributes.
 *
 * @param perRequest messages that share a request, for the minimum that a request is charged for
 */
export function throughputCost({ throughput }: Prices, messages: number, bytes: number, perRequest: number): number {
  const counted = Math.max(bytes + throughput.overheadBytesPerMessage, throughput.minimumBytesPerRequest / perRequest);
  return (messages * counted * throughput.perTiB) / TIB;
}

/** @param byteSeconds beyond the free time */
export function storageCost({ storage }: Prices, byteSeconds: number): number {
  return ((byteSeconds / GIB) * storage.perGiBMonth) / MONTH_S;
}

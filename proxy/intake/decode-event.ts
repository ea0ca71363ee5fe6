import { z } from 'zod';
import { EventType, ItemEvent } from '../../proto/generated/moderation/v1/item.ts';
import type { ValidEvent } from '../moderation/event.ts';

/** A message that is no item event: why, and every field at fault. */
export class InvalidMessageError extends Error {
  override name = 'InvalidMessageError';
  readonly fields: readonly FieldFault[];

  constructor(reason: string, fields: readonly FieldFault[] = [], options?: ErrorOptions) {
    super(reason, options);
    this.fields = fields;
  }
}

export interface FieldFault {
  /** The field by its proto3 JSON name: "item.sellerId". */
  readonly field: string;
  readonly message: string;
}

/**
 * The longest event, in bytes. What the proxy publishes in an item's place, the event and its history, must stay below
 * Pub/Sub's limit of 10 MB: https://cloud.google.com/pubsub/quotas#resource_limits
 */
export const MAX_EVENT_BYTES = 9_500_000;

/**
 * Reads an item event: proto3 JSON, or binary protobuf when the attribute `content-type` says so.
 *
 * @throws InvalidMessageError
 */
export function decodeEvent(data: Buffer, attributes: Readonly<Record<string, string>>): ValidEvent {
  if (data.length > MAX_EVENT_BYTES) {
    throw new InvalidMessageError(`expected at most ${MAX_EVENT_BYTES} bytes, got ${data.length}`);
  }
  const contentType = attributes['content-type'] ?? 'application/json';
  switch (contentType) {
    case 'application/json':
      return validate(fromJson(data));
    case 'application/protobuf':
      return validate(fromProtobuf(data));
    default:
      throw new InvalidMessageError(
        `expected the attribute content-type to be application/json or application/protobuf, got ${contentType}`,
      );
  }
}

/**
 * Checks an event that came decoded.
 *
 * @throws InvalidMessageError naming every field at fault
 */
export function validate(event: unknown): ValidEvent {
  const result = eventSchema.safeParse(event);
  if (result.success) {
    checkEncodedSize(result.data);
    return result.data;
  }
  const fields = result.error.issues.map(({ path, message }) => ({ field: path.join('.'), message }));
  throw new InvalidMessageError('the event is invalid', fields);
}

/** Bytes that are no UTF-8 become three bytes each when they are encoded again, so that an event may grow on its way. */
function checkEncodedSize(event: ValidEvent): void {
  if (event.item.description.length < MAX_EVENT_BYTES / 4) return;
  const { length } = ItemEvent.encode(event).finish();
  if (length > MAX_EVENT_BYTES) {
    throw new InvalidMessageError(`expected at most ${MAX_EVENT_BYTES} bytes once encoded, got ${length}`);
  }
}

function fromProtobuf(data: Buffer): ItemEvent {
  try {
    return ItemEvent.decode(data);
  } catch (cause) {
    throw new InvalidMessageError(`not a moderation.v1.ItemEvent: ${(cause as Error).message}`, [], { cause });
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

function fromJson(data: Buffer): unknown {
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(data));
  } catch (cause) {
    // Without the cause, which quotes the text: it belongs to a seller, and errors go into logs with their causes.
    throw new InvalidMessageError(`not JSON: ${describe(cause)}`);
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) {
    throw new InvalidMessageError(`expected a JSON object, got ${value === null ? 'null' : typeof value}`);
  }
  return camelCased(value);
}

/** What JSON.parse names when it does not quote: a place, or a single character. */
const JSON_FAULT = /^(?:[^"]* in JSON at position \d+|Unexpected token '.{1,2}'|Unexpected end of JSON input)/su;

/** Without any piece of the text that JSON.parse quotes: it belongs to a seller, and this goes into logs. */
function describe(error: unknown): string {
  if (!(error instanceof SyntaxError)) return 'the bytes are not UTF-8';
  return JSON_FAULT.exec(error.message.toWellFormed())?.[0] ?? 'unexpected token';
}

/** How deep an event's own fields lie: item.price.currency. */
const MAX_DEPTH = 3;

/**
 * The fields of proto3 JSON may also come by their original names: item_id. What is no field of ours is left behind, so
 * that a message of a million of them costs no more than reading it.
 */
function camelCased(value: unknown, depth = 1): unknown {
  if (depth > MAX_DEPTH || value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  const result: Record<string, unknown> = {};
  for (const key in value) {
    const name = fieldNames.get(key);
    if (name) result[name] = camelCased((value as Record<string, unknown>)[key], depth + 1);
  }
  return result;
}

const id = z
  .string({ error: ({ input }) => (input === undefined || input === null ? 'is required' : 'expected a string') })
  .min(1, 'is required')
  .max(128, 'expected at most 128 characters')
  // Ids travel in message attributes, where the broker refuses what UTF-8 can't hold.
  .refine((value) => value.isWellFormed(), 'expected no lone surrogates');

/** A 64-bit integer as proto3 JSON has it, a number or its digits in a string; above 2^53 it would lose digits. */
const integer = (minimum: number) =>
  z
    .union(
      [
        z.number(),
        z
          .string()
          .regex(/^-?\d{1,16}$/)
          .transform(Number),
      ],
      { error: 'expected an integer' },
    )
    .refine((value) => Number.isSafeInteger(value) && value >= minimum, `expected an integer of at least ${minimum}`)
    // The wire format has no -0.
    .transform((value) => value + 0);

const text = (max: number) =>
  z
    .string({ error: 'expected a string' })
    .max(max, `expected at most ${max} characters`)
    .nullish()
    // As the wire format would have it: the item must look the same before and after its way through the backlog.
    .transform((value) => value?.toWellFormed() ?? '');

const EVENT_TYPES = ['LISTED', 'UPDATED', 'DELISTED'] as const;
const eventType = z.union(
  [z.enum(EVENT_TYPES).transform((name) => EventType[name]), z.literal(EVENT_TYPES.map((name) => EventType[name]))],
  {
    error: `expected one of ${EVENT_TYPES.join(', ')}`,
  },
);

/** What google.protobuf.Timestamp can say. */
const FIRST_TIME_MS = Date.parse('0001-01-01T00:00:00Z');
const LAST_TIME_MS = Date.parse('9999-12-31T23:59:59.999Z');

const timestamp = z
  .union([z.date(), z.iso.datetime({ offset: true }).transform((value) => new Date(value))], {
    error: 'expected a time by RFC 3339, such as 2026-01-31T12:00:00Z',
  })
  .refine(
    (date) => date.getTime() >= FIRST_TIME_MS && date.getTime() <= LAST_TIME_MS,
    'expected a time between the years 0001 and 9999',
  );

const priceSchema = z.object({
  currency: z.string({ error: 'expected a string' }).regex(/^[A-Z]{3}$/, 'expected three capital letters (ISO 4217)'),
  minorUnits: integer(0)
    .nullish()
    .transform((value) => value ?? 0),
});

const itemSchema = z.object(
  {
    itemId: id,
    revision: integer(1),
    sellerId: id,
    title: text(1_000),
    description: text(10_000_000),
    category: text(256),
    price: priceSchema.nullish().transform((value) => value ?? undefined),
    imageUrls: z
      .array(
        z
          .string({ error: 'expected a string' })
          .max(2_048, 'expected at most 2048 characters')
          .transform((url) => url.toWellFormed()),
        { error: 'expected a list of strings' },
      )
      .max(100, 'expected at most 100 images')
      .nullish()
      .transform((value) => value ?? []),
  },
  { error: 'expected an item' },
);

/** Compiled: a valid event is read in half the time. What fails goes through the schema once more, for its faults. */
const eventSchema = z.compile(z.object({ eventId: id, type: eventType, item: itemSchema, occurredAt: timestamp }), {
  strict: true,
});

/** The fields of an event, by each of the two names that proto3 JSON has for them. */
const fieldNames = new Map(
  [eventSchema, itemSchema, priceSchema]
    .flatMap(({ shape }) => Object.keys(shape))
    .flatMap((name) => [
      [name, name],
      [name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), name],
    ]),
);

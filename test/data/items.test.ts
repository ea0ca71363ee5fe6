import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { FileMessage } from '../../infra/local/item-file.ts';
import { readItemFile } from '../../infra/local/item-file.ts';
import { ItemEvent } from '../../proto/generated/moderation/v1/item.ts';
import { disguises } from './disguises.ts';
import { fileContent } from './lines.ts';
import { unusualTexts } from './texts.ts';

const file = join(import.meta.dirname, 'items.jsonl');

let messages: FileMessage[];
beforeAll(async () => {
  messages = await Array.fromAsync(readItemFile(file));
});

/** The events that are JSON objects, by what their ids say of them: "weapons-spaced". */
function jsonEvents(): { kind: string; item?: Record<string, unknown> }[] {
  return messages.flatMap(({ data }) => {
    try {
      const event = JSON.parse(data.toString());
      const kind = typeof event?.eventId === 'string' ? event.eventId.replace(/^event-\d+-/, '') : '';
      return [{ kind, item: event?.item }];
    } catch {
      return [];
    }
  });
}

describe('items.jsonl', () => {
  test('is what its generator writes (else: npx node test/data/generate.ts)', () => {
    expect(readFileSync(file, 'utf8') === fileContent()).toBe(true);
  });

  test('has at least 500 messages and is small', () => {
    expect(messages.length).toBeGreaterThanOrEqual(500);
    expect(readFileSync(file).length).toBeLessThan(500_000);
  });

  test('has violations of three topics in two languages and every disguise, and what only sounds like them', () => {
    const kinds = new Set(jsonEvents().map(({ kind }) => kind));
    for (const topic of ['weapons', 'money', 'counterfeit']) {
      expect(kinds).toContain(topic);
      expect(kinds).toContain(`${topic}-japanese`);
      expect(kinds).toContain(`not-${topic}`);
      expect(kinds).toContain(`turned-${topic}`);
      for (const way of Object.keys(disguises)) {
        expect(kinds).toContain(`${topic}-${way}`);
      }
    }
  });

  test('has every sort of text', () => {
    const kinds = new Set(jsonEvents().map(({ kind }) => kind));
    for (const kind of Object.keys(unusualTexts)) {
      expect(kinds).toContain(`unicode-${kind}`);
    }
    for (const kind of ['lone-high-surrogate', 'lone-low-surrogate', 'empty-description', '100-images']) {
      expect(kinds).toContain(kind);
    }
  });

  test('sends a revision 2 well after the revision 3 of the same item', () => {
    const events = jsonEvents();
    const older = events.flatMap(({ kind, item }, i) => (kind === 'superseded' ? [{ i, id: item?.['itemId'] }] : []));
    expect(older.length).toBeGreaterThan(0);
    for (const { i, id } of older) {
      const newer = events.findIndex(({ item }) => item?.['itemId'] === id && item?.['revision'] === 3);
      expect(i - newer).toBeGreaterThan(20);
    }
  });

  test('has a valid event of nine megabytes', () => {
    const large = messages.filter(({ data }) => data.length >= 9_000_000);
    expect(large.map(({ data }) => data.length)).toEqual([9_000_000]);
    expect(JSON.parse(large[0]!.data.toString()).item.description.length).toBeLessThan(10_000_000);
  });

  test('has binary events, whole and broken', () => {
    const binary = messages.filter(({ attributes }) => attributes['content-type'] === 'application/protobuf');
    const kinds = binary.map(({ data }) => {
      try {
        return ItemEvent.decode(data).eventId.replace(/^event-\d+-/, '');
      } catch {
        return 'broken';
      }
    });
    expect(kinds.filter((kind) => kind === 'binary')).toHaveLength(8);
    expect(kinds).toContain('broken');
  });

  test('has messages that are delivered twice', () => {
    const lines = messages.map(({ line }) => line);
    expect(lines.length - new Set(lines).size).toBe(4);
  });

  test('has nothing that the broker would refuse', () => {
    for (const { data, attributes } of messages) {
      expect(data.length).toBeLessThan(10_000_000);
      expect(data.length > 0 || Object.keys(attributes).length > 0).toBe(true);
    }
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { readProfiles } from '../../infra/catalog/profiles.ts';
import { type FileMessage, ItemFileError, readItemFile } from '../../infra/local/item-file.ts';
import { eventJson, sellerOf } from '../../proxy/testing/events.ts';
import { mutatedJson, mutatedJsonBytes } from './json-mutants.ts';
import { anyBytes, damaged, oddText, oddValue } from './odd-values.ts';
import { cpuMsOf, failOnUnhandled, PATIENCE_MS, runs } from './runs.ts';

failOnUnhandled();

const folder = mkdtempSync(join(tmpdir(), 'eddy-fuzz-files-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

async function readOrRefuse(content: Buffer): Promise<FileMessage[] | ItemFileError> {
  const file = join(folder, `${++files}-items.jsonl`);
  writeFileSync(file, content);
  try {
    return await Array.fromAsync(readItemFile(file));
  } catch (error) {
    if (error instanceof ItemFileError) return error;
    throw error;
  } finally {
    rmSync(file);
  }
}

const wrapper = {
  $message: {
    data: JSON.stringify(eventJson()),
    encoding: 'utf8',
    attributes: { 'content-type': 'application/json' },
    repeat: 2,
    padTo: 1_000,
  },
};
const value = fc.oneof(
  oddValue,
  fc.constantFrom<unknown>('base64', 'utf8', 'AAAA', 'AA==', 'AA=', 1, 1_000, 1_001, 10_000_001),
  mutatedJson(eventJson()),
);
const line = fc.oneof(
  { arbitrary: mutatedJson(wrapper, value).map(Buffer.from), weight: 4 },
  damaged(Buffer.from(JSON.stringify(wrapper))),
  mutatedJsonBytes(eventJson()),
  oddText.map(Buffer.from),
  anyBytes(60),
);
const content = fc
  .array(fc.tuple(line, fc.constantFrom('\n', '\r\n', '\n\n', ' \n')), { maxLength: 3 })
  .map((lines) => Buffer.concat(lines.flatMap(([bytes, end]) => [bytes, Buffer.from(end)])));

describe('whatever stands in a file of item events', () => {
  test(
    'is messages, line by line, or the line at fault is named',
    () => {
      const came = { read: 0, refused: 0 };
      return fc.assert(
        fc.asyncProperty(content, async (bytes) => {
          const messages = await readOrRefuse(bytes);
          if (messages instanceof ItemFileError) {
            expect(messages.message).toMatch(/items\.jsonl:\d+: \S/);
            expect(messages.message.length).toBeLessThan(20_000);
            came.refused++;
            return;
          }
          came.read++;
          const isMessage = ({ line: number, data, attributes }: FileMessage) =>
            number > 0 && Buffer.isBuffer(data) && Object.values(attributes).every((text) => typeof text === 'string');
          expect(messages.filter((message) => !isMessage(message))).toEqual([]);
        }),
        runs(300),
      );
    },
    PATIENCE_MS,
  );

  const wrapped = (message: object) => Buffer.from(JSON.stringify({ $message: message }));
  test.each<[string, Buffer]>([
    [
      'an event that is nested deeper than can be written',
      wrapped({ data: `{"item":{"description":"","x":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`, padTo: 500_000 }),
    ],
    ['lists without an end', Buffer.from(`{"$message":{"data":${'['.repeat(500_000)}${']'.repeat(500_000)}}}`)],
    [
      'attributes that are numbers',
      wrapped({ data: '', attributes: Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, i])) }),
    ],
    [
      'settings that nobody knows',
      wrapped({ data: '', ...Object.fromEntries(Array.from({ length: 50_000 }, (_, i) => [`k${i}`, i])) }),
    ],
    ['Base64 that ends badly', wrapped({ data: `${'AAAA'.repeat(250_000)}%`, encoding: 'base64' })],
  ])('is refused in little time and with few words: %s', async (_what, bytes) => {
    const before = process.threadCpuUsage();
    const refusal = await readOrRefuse(bytes);
    const { user, system } = process.threadCpuUsage(before);
    expect((user + system) / 1_000).toBeLessThan(2_000);
    expect(refusal).toBeInstanceOf(ItemFileError);
    expect((refusal as ItemFileError).message.length).toBeLessThan(20_000);
  });
});

describe('whatever stands in a file of profiles', () => {
  const profile = fc.oneof(
    { arbitrary: mutatedJson({ ...sellerOf() }), weight: 4 },
    oddText,
    fc.constant(JSON.stringify(sellerOf())),
    anyBytes(40).map((bytes) => bytes.toString('latin1')),
  );

  test(
    'is profiles within their bounds, or the lines at fault are named',
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(profile, { maxLength: 3 }), async (lines) => {
          const path = join(folder, 'profiles.jsonl');
          writeFileSync(path, lines.join('\n'));
          try {
            const found = (await readProfiles(path))('seller-1');
            if (found) expect(found.rating).toSatisfy((rating: number) => rating >= 0 && rating <= 5);
          } catch (error) {
            expect((error as Error).message).toMatch(/^Can't use the profiles in \S+:\n {2}line \d+: \S/);
          }
        }),
        runs(300),
      ),
    PATIENCE_MS,
  );
});

test('a megabyte of spaces is no message', async () => {
  const spaces = Buffer.alloc(1_000_000, 0x20);
  expect(await readOrRefuse(spaces)).toEqual([]);
  expect(cpuMsOf(() => void spaces.some((byte) => byte > 0x20))).toBeLessThan(1_000);
});

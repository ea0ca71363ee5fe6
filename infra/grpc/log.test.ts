import { describe, expect, test } from 'vitest';
import { createLog } from './log.ts';

const TEXT = 'a text that a seller has written';
const PASSWORD = 'pa55w0rd';

function logged(write: (log: ReturnType<typeof createLog>) => void): { text: string; line: Record<string, unknown> } {
  let text = '';
  const destination = {
    write(line: string) {
      text += line;
    },
  };
  write(createLog('eddy-test', 'debug', destination));
  return { text, line: JSON.parse(text) };
}

describe('a line of the log', () => {
  test('says which program it is of, and its level as a word', () => {
    const { line } = logged((log) => log.info({ event: 'listening' }, 'ready'));
    expect(line).toMatchObject({
      level: 'info',
      service: 'eddy-test',
      pid: process.pid,
      event: 'listening',
      msg: 'ready',
    });
  });

  test.each([
    ['itself', { title: TEXT, description: TEXT, imageUrls: [TEXT], price: { currency: TEXT }, sellerId: TEXT }],
    ['an item', { item: { itemId: 'item-1', title: TEXT, description: TEXT, imageUrls: [TEXT] } }],
    ['an event', { subject: { event: { item: { title: TEXT, description: TEXT } } } }],
    ['an error', { err: Object.assign(new Error('x'), { item: { title: TEXT } }) }],
    ['a list of items', { items: [{ title: TEXT }, { description: TEXT }] }],
  ])('has no text of an item, should one be in %s', (_where, fields) => {
    const { text } = logged((log) => log.warn({ event: 'x', ...fields }));
    expect(text).not.toContain(TEXT);
    expect(text).toContain('[redacted]');
  });

  test('leaves what it was handed as it was', () => {
    const item = { itemId: 'item-1', title: TEXT };
    const { line } = logged((log) => log.warn({ item }));
    expect(line['item']).toEqual({ itemId: 'item-1', title: '[redacted]' });
    expect(item.title).toBe(TEXT);
  });

  test('has no secret in a field', () => {
    const { text } = logged((log) =>
      log.error({
        options: { username: 'eddy', password: PASSWORD },
        headers: { authorization: `Bearer ${PASSWORD}` },
      }),
    );
    expect(text).not.toContain(PASSWORD);
    expect(text).toContain('"username":"eddy"');
  });

  test('has no credentials of a URL, wherever it stands: in a field, in the words, in an error and its causes', () => {
    const url = `redis://user:${PASSWORD}@cache:6379/0`;
    const cause = new Error(`connect ECONNREFUSED ${url}`);
    const err = Object.assign(new Error(`no answer from ${url}`, { cause }), { options: { url, password: PASSWORD } });
    const { text, line } = logged((log) => log.error({ err, url, at: [`rediss://:${PASSWORD}@other`] }, `lost ${url}`));
    expect(text).not.toContain(PASSWORD);
    expect(line).toMatchObject({
      url: 'redis://[redacted]@cache:6379/0',
      msg: 'lost redis://[redacted]@cache:6379/0',
      at: ['rediss://[redacted]@other'],
      err: { type: 'Error' },
    });
    expect(text).toContain('connect ECONNREFUSED redis://[redacted]@cache:6379/0');
  });

  test('has no part of a password that has an @ in it', () => {
    const { line } = logged((log) => log.error({ url: `redis://user:${PASSWORD}@${PASSWORD}@cache:6379/0` }));
    expect(line['url']).toBe('redis://[redacted]@cache:6379/0');
  });

  test('has no token of a request that an error repeats', () => {
    const { text } = logged((log) => log.error({ reason: `403 for Authorization: Bearer ${PASSWORD}.abc-def` }));
    expect(text).not.toContain(PASSWORD);
  });

  test('keeps addresses that have no credentials, and what only looks like one', () => {
    const { line } = logged((log) =>
      log.info({ target: 'dns:///weapons:50051', doc: 'http://127.0.0.1:4318/a@b', mail: 'somebody@example.org' }),
    );
    expect(line).toMatchObject({
      target: 'dns:///weapons:50051',
      doc: 'http://127.0.0.1:4318/a@b',
      mail: 'somebody@example.org',
    });
  });
});

import { once } from 'node:events';
import { type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import { connect } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Breakage, How } from '../breakage.ts';
import { createBreakages } from '../breakages.ts';
import type { Sampler } from '../seen/sampler.ts';
import { startConsole } from './console.ts';

const ways = new Map<string, readonly How[]>([['weapons', ['kill', 'freeze', 'down']]]);
const sampler: Sampler = {
  latest: undefined,
  points: [],
  onMoment: () => () => {},
  [Symbol.asyncDispose]: async () => {},
};

/** A console before a stack that only notes what is done to it. */
async function serve() {
  const deeds: string[] = [];
  const note = async ({ part, how }: Breakage) => void deeds.push(`${part} ${how}`);
  const breakages = createBreakages({
    stack: { break: note, repair: async ({ part }) => void deeds.push(`${part} repaired`) },
    ways,
    aliases: new Map(),
    say: () => {},
  });
  const running = await startConsole({
    port: 0,
    sampler,
    breakages,
    ways,
    about: { models: ['weapons'], replicas: ['proxy-1'], rate: 50, store: 'Redis' },
    endpoints: () => ['127.0.0.1:1'],
    async burst(count) {
      await new Promise((resolve) => setTimeout(resolve, 20));
      deeds.push(`burst ${count}`);
      return count;
    },
  });
  onTestFinished(() => running[Symbol.asyncDispose]());
  const port = Number(new URL(running.address).port);
  const own = { host: `127.0.0.1:${port}`, origin: running.address, 'content-type': 'application/json' };

  async function ask(method: string, path: string, headers: OutgoingHttpHeaders, body?: string) {
    const asking = request({ host: '127.0.0.1', port, method, path, headers, setHost: false });
    // What is refused before it was sent may be cut off.
    asking.on('error', () => {});
    asking.end(body);
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    let text = '';
    for await (const chunk of answer) text += String(chunk);
    return { status: answer.statusCode, headers: answer.headers, text };
  }
  const press = (body: unknown, headers: OutgoingHttpHeaders = {}) =>
    ask('POST', '/switches/break', { ...own, ...headers }, typeof body === 'string' ? body : JSON.stringify(body));
  return { running, port, own, ask, press, deeds };
}

const DOWN = { part: 'weapons', how: 'down' };

describe('the switches', () => {
  test('do what the console’s own page asks for', async () => {
    const { press, ask, own, port, deeds } = await serve();
    expect(await press(DOWN)).toMatchObject({ status: 200, text: '{}' });
    const names = ['localhost', '[::1]'].map((name) => ({ host: `${name}:${port}`, origin: `http://${name}:${port}` }));
    for (const name of names) {
      expect(await ask('POST', '/burst', { ...own, ...name }, '{"count":5}')).toMatchObject({ status: 200 });
    }
    expect(await ask('POST', '/switches/repair', own, '{"part":"weapons"}')).toMatchObject({ status: 200 });
    expect(deeds).toEqual(['weapons down', 'burst 5', 'burst 5', 'weapons repaired']);
  });

  test('send one burst at a time', async () => {
    const { ask, own, deeds } = await serve();
    const answers = await Promise.all([
      ask('POST', '/burst', own, '{"count":5}'),
      ask('POST', '/burst', own, '{"count":6}'),
    ]);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409]);
    expect(deeds).toHaveLength(1);
  });

  test('do nothing for another site, whatever it sends', async () => {
    const { press, ask, own, port, deeds } = await serve();
    const refused = async (headers: OutgoingHttpHeaders) => (await press(DOWN, headers)).status;
    // A name that leads here, of a page that was served from there before.
    expect(await refused({ host: `evil.example:${port}`, origin: `http://evil.example:${port}` })).toBe(403);
    expect(await refused({ host: '127.0.0.1' })).toBe(403);
    expect(await refused({ origin: 'https://evil.example' })).toBe(403);
    expect(await refused({ origin: 'null' })).toBe(403);
    expect(await refused({ origin: `http://localhost:${port}` })).toBe(403);
    expect(await refused({ origin: `http://127.0.0.1:${port + 1}` })).toBe(403);
    expect(await refused({ 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' })).toBe(403);
    const { origin: _, ...anonymous } = own;
    expect((await ask('POST', '/switches/break', anonymous, JSON.stringify(DOWN))).status).toBe(403);
    // What a form can send without being asked whether it may.
    for (const type of ['application/x-www-form-urlencoded', 'multipart/form-data', 'text/plain', '']) {
      expect(await refused({ 'content-type': type })).toBe(415);
    }
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) {
      const answer = await ask(method, '/switches/break', own);
      expect([answer.status, answer.headers.allow]).toEqual([405, 'POST']);
    }
    expect(deeds).toEqual([]);
  });

  test('name every fault of what they are asked for', async () => {
    const { press, ask, own, deeds } = await serve();
    const faults = async (answer: Promise<{ status: number | undefined; text: string }>) => {
      const { status, text } = await answer;
      expect(status).toBe(400);
      return JSON.parse(text).faults.map(({ field }: { field: string }) => field);
    };
    expect(await faults(press({ part: 7, how: '', more: true }))).toEqual(['part', 'how', '']);
    expect(await faults(press({ part: 'weapons', how: 'slowly' }))).toEqual(['how']);
    expect(await faults(press({ part: 'money', how: 'down' }))).toEqual(['how']);
    expect(await faults(press('7'))).toEqual(['']);
    expect(await faults(ask('POST', '/switches/repair', own, '{"part":"money"}'))).toEqual(['part']);
    for (const count of ['0', '5001', '1.5', '"5"', 'null']) {
      expect(await faults(ask('POST', '/burst', own, `{"count":${count}}`))).toEqual(['count']);
    }
    expect(await faults(ask('POST', '/moderate', own, '{}'))).toHaveLength(6);
    expect(await press('{')).toMatchObject({ status: 400 });
    expect(await press('')).toMatchObject({ status: 400 });
    expect(deeds).toEqual([]);
  });

  test('read no more than they have to', async () => {
    const { ask, press, own, deeds } = await serve();
    const large = JSON.stringify({ ...DOWN, more: 'x'.repeat(100_000) });
    expect((await press(large, { 'content-length': large.length })).status).toBe(413);
    expect((await ask('POST', '/switches/break', { ...own, 'transfer-encoding': 'chunked' }, large)).status).toBe(413);
    expect(deeds).toEqual([]);
  });
});

test('whoever begins to ask and never ends is hung up on', async () => {
  const { port } = await serve();
  const slow = connect(port, '127.0.0.1');
  slow.on('error', () => {}).resume();
  slow.write('GET / HTTP/1.1\r\n');
  const from = performance.now();
  await once(slow, 'close');
  expect(performance.now() - from).toBeLessThan(9_000);
}, 45_000);

describe('the page', () => {
  test('is served with all that it needs, and may use nothing else', async () => {
    const { ask, own } = await serve();
    const page = await ask('GET', '/', own);
    expect(page).toMatchObject({ status: 200, headers: { 'content-type': 'text/html; charset=utf-8' } });
    const paths = [...page.text.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path]) => path!);
    expect(paths).toContain('/main.js');
    expect(page.text).not.toMatch(/https?:/);
    for (const path of [...paths, '/vendor/uplot.js']) {
      const { status, headers } = await ask('GET', path, own);
      expect([path, status, headers['x-content-type-options']]).toEqual([path, 200, 'nosniff']);
      expect(headers['content-security-policy']).toMatch(/^default-src 'none'.*frame-ancestors 'none'$/);
      expect(headers['referrer-policy']).toBe('no-referrer');
    }
    expect(await ask('HEAD', '/', own)).toMatchObject({ status: 200, text: '' });
  });

  test('is the only thing that can be read, and only by its own names', async () => {
    const { ask, own, port } = await serve();
    const others = [
      '/../server.ts',
      '/..%2fserver.ts',
      '/tsconfig.json',
      '/vendor/package.json',
      '/main.ts',
      '//main.js',
    ];
    for (const path of others) expect([path, (await ask('GET', path, own)).status]).toEqual([path, 404]);
    for (const path of ['/', '/events', '/main.js']) {
      expect((await ask('GET', path, { ...own, host: `evil.example:${port}` })).status).toBe(403);
      expect(
        (await ask('GET', path, { ...own, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).status,
      ).toBe(403);
      expect((await ask('POST', path, own, '{}')).status).toBe(405);
    }
  });
});

describe('the stream', () => {
  async function listen(port: number): Promise<IncomingMessage> {
    const asking = request({ host: '127.0.0.1', port, path: '/events' });
    asking.on('error', () => {});
    asking.end();
    const [answer] = (await once(asking, 'response')) as [IncomingMessage];
    answer.on('error', () => {});
    return answer;
  }

  test('tells what there is at once, and what happens', async () => {
    const { port, press } = await serve();
    const answer = await listen(port);
    let text = '';
    answer.on('data', (chunk) => {
      text += chunk;
    });
    await expect.poll(() => text).toMatch(/event: welcome\ndata: \{.*"models":\["weapons"\]/);
    await expect.poll(() => text).toContain('event: decisions');
    await press(DOWN);
    await expect.poll(() => text).toContain('"state":"broken","how":"down"');
    expect(answer.headers['content-type']).toBe('text/event-stream');
  });

  test('has room for so many pages, and for another when one is closed', async () => {
    const { port } = await serve();
    const pages = await Promise.all(Array.from({ length: 8 }, () => listen(port)));
    const late = await listen(port);
    expect([pages.map(({ statusCode }) => statusCode), late.statusCode]).toEqual([Array(8).fill(200), 503]);
    pages[0]!.destroy();
    await expect.poll(async () => (await listen(port)).statusCode).toBe(200);
  });

  test('does not hold up the end', async () => {
    const { running, port } = await serve();
    const answer = await listen(port);
    const closed = new Promise((resolve) => answer.once('close', resolve));
    const from = performance.now();
    await running[Symbol.asyncDispose]();
    await closed;
    expect(performance.now() - from).toBeLessThan(1_000);
  });
});

test('a port that is taken is left to whoever has it', async () => {
  const { port } = await serve();
  const breakages = createBreakages({
    stack: { break: async () => {}, repair: async () => {} },
    ways,
    aliases: new Map(),
    say: () => {},
  });
  const about = { models: [], replicas: [], rate: 1, store: 'memory' };
  await using second = await startConsole({
    port,
    sampler,
    breakages,
    ways,
    about,
    endpoints: () => [],
    burst: async () => 0,
  });
  expect(new URL(second.address).hostname).toBe('127.0.0.1');
  expect(Number(new URL(second.address).port)).not.toBe(port);
});

import { describe, expect, test } from 'vitest';
import { parseIncident } from './incident.ts';
import { type RunAllOptions, runAll } from './run-all.ts';
import type { RunRequest } from './run-incident.ts';

const incident = parseIncident(
  'title: T\nabout: A\ncalm: 1s\nafter: 1s\nfaults: [{ kind: model down, model: ill, at: 0s, for: 1s }]\n',
  'mine.yaml',
);

const requestOf = (strategy: string, seed = 1): RunRequest => ({
  incident,
  strategy,
  replicas: 2,
  rate: 5,
  models: 1,
  seed,
});

/** A thread that does this with each request instead of running it; `tell` is what it says. */
function threadOf(body: string): URL {
  const source = `import { parentPort, threadId } from 'node:worker_threads';
    const tell = (told) => parentPort.postMessage(told);
    parentPort.on('message', async (request) => { ${body} });`;
  return new URL(`data:text/javascript,${encodeURIComponent(source)}`);
}
const DONE = `tell({ kind: 'done', result: { strategy: request.strategy, threadId } });`;

function run(strategies: readonly string[], body: string, options: Partial<RunAllOptions> = {}) {
  const requests = strategies.map((strategy, index) => requestOf(strategy, index));
  return runAll(requests, { workers: 2, signal: new AbortController().signal, script: threadOf(body), ...options });
}

describe('records', () => {
  test('come in the order of the requests, and are told in the order in which the runs end', async () => {
    const told: string[] = [];
    const body = `await new Promise((resolve) => setTimeout(resolve, request.seed === 0 ? 300 : 1)); ${DONE}`;
    const records = await run(['nack', 'redis-cache', 'eddy'], body, {
      onRecord: ({ strategy }) => told.push(strategy),
    });
    expect(records.map(({ strategy }) => strategy)).toEqual(['nack', 'redis-cache', 'eddy']);
    expect(told).toEqual(['redis-cache', 'eddy', 'nack']);
  });

  test('are made by no more threads than wished for, each with one run at a time', async () => {
    const body = `if (globalThis.isBusy) throw new Error('two at a time'); globalThis.isBusy = true;
      await new Promise((resolve) => setTimeout(resolve, 20)); globalThis.isBusy = false; ${DONE}`;
    const records = await run(Array(6).fill('eddy'), body);
    const threads = records.map((record) => (record as unknown as { threadId: number }).threadId);
    expect(new Set(threads).size).toBe(2);
  });

  test('are none where nothing is asked for', async () => {
    expect(await run([], DONE)).toEqual([]);
  });
});

test('progress is that of all runs together, with the number of those that are over', async () => {
  const told: [share: number, done: number][] = [];
  const body = `tell({ kind: 'progress', share: 0.5 }); ${DONE}`;
  await run(['nack', 'eddy'], body, { workers: 1, onProgress: (share, done) => told.push([share, done]) });
  expect(told).toEqual([
    [0.25, 0],
    [0.75, 1],
  ]);
});

describe('a run that fails', () => {
  const failing = (body: string) =>
    run(['nack', 'eddy'], `if (request.strategy === 'eddy') { ${body} } /* the other never ends */`);

  test('ends all of them, and is told by its name', async () => {
    await expect(failing(`tell({ kind: 'failed', message: 'no such model' });`)).rejects.toThrow(
      'mine under eddy@2: no such model',
    );
  });

  test('lets none begin that has not begun', async () => {
    const told: string[] = [];
    const body = `if (request.strategy === 'eddy') tell({ kind: 'failed', message: 'no' }); else ${DONE}`;
    const onRecord = ({ strategy }: { strategy: string }) => told.push(strategy);
    await expect(run(['eddy', 'nack', 'nack', 'nack'], body, { workers: 1, onRecord })).rejects.toThrow('no');
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(told).toEqual([]);
  });

  test('may do so by what nobody has caught', async () => {
    await expect(failing(`setImmediate(() => { throw new TypeError('ours'); });`)).rejects.toThrow(
      'mine under eddy@2: ours',
    );
    await expect(failing(`Promise.reject(new TypeError('ours'));`)).rejects.toThrow('mine under eddy@2: ours');
  });

  test('may end its thread without a word', async () => {
    await expect(failing(`process.exit(7);`)).rejects.toThrow('mine under eddy@2: its thread has ended by itself (7)');
  });
});

describe('an abort', () => {
  test('ends the threads, also one that never comes to rest, and rejects with its reason', async () => {
    const stop = new AbortController();
    const reason = new Error('interrupted');
    const onProgress = () => stop.abort(reason);
    const body = `tell({ kind: 'progress', share: 0.1 }); for (;;);`;
    await expect(run(['nack', 'eddy', 'redis-cache'], body, { signal: stop.signal, onProgress })).rejects.toBe(reason);
  });

  test('that has happened already starts nothing', async () => {
    const reason = new Error('interrupted');
    const told: unknown[] = [];
    const running = run(['eddy'], DONE, { signal: AbortSignal.abort(reason), onRecord: (record) => told.push(record) });
    await expect(running).rejects.toBe(reason);
    expect(told).toEqual([]);
  });
});

test('without another script the threads run incidents', async () => {
  const signal = new AbortController().signal;
  const [record] = await runAll([requestOf('eddy')], { workers: 1, signal });
  expect(record).toMatchObject({
    incident: 'mine',
    strategy: 'eddy',
    mode: 'virtual',
    replicas: 2,
    models: ['weapons'],
  });
  const broken = { ...requestOf('eddy'), config: { file: 'mine.yaml', text: 'models: 7', env: {} } };
  await expect(runAll([broken], { workers: 1, signal })).rejects.toThrow(
    /mine under eddy@2: ConfigError: mine.yaml can't be used/,
  );
});

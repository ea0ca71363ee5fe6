import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { describeWithServers } from '../servers/servers.ts';
import { processesWith, type Run, runCommand } from './run-command.ts';

const repository = join(import.meta.dirname, '../..');
const ITEMS = 'test/data/items.jsonl';

const runStack = (args: readonly string[], mark: string, onLine?: (line: string, pid: number) => void) =>
  runCommand('infra/local/main.ts', args, mark, onLine);

function inputsOf(run: Run, model: string): number {
  const line = run.lines.find((one) => one.startsWith(`${model}: `));
  return Number(/: (\d+) inputs/.exec(line ?? '')?.[1]);
}

/**
 * The stack's own configuration, but with time: on a busy machine a healthy model may miss its 300 ms, and is then asked
 * again with good reason. Here a question that is repeated is one too many.
 */
function patientConfig(): string {
  const config = parse(readFileSync(join(repository, 'infra/local/eddy.yaml'), 'utf8'));
  config.items.budget = '8s';
  config.backlog.budget = '8s';
  for (const model of Object.values<{ timeout: string; breaker: { reset: string } }>(config.models)) {
    model.timeout = '5s';
    model.breaker = { ...model.breaker, reset: '6s' };
  }
  const folder = mkdtempSync(join(tmpdir(), 'eddy-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'patient.yaml');
  writeFileSync(file, stringify(config));
  return file;
}

const BOOKS = /^settled (\d+)\/\1: decided \d+, quarantined 57, superseded \d+, waiting 0, abandoned 0; lost 0$/;

describeWithServers(['pubsub-emulator', 'redis-server'], 'the local stack', () => {
  test('settles every event of the file, ends with the books, and leaves no process', { timeout: 60_000 }, async () => {
    const run = await runStack(['--items', ITEMS, '--once', '--rate', '200'], 'all');
    expect(run.lines.at(-1)).toMatch(BOOKS);
    expect(run.lines.join('\n')).toMatch(/proxy: \d+ µs of CPU per item/);
    expect(run.code).toBe(0);
    expect(processesWith('all')).toEqual([]);
  });

  test('a model that is down delays no other, and the healthy ones are asked no more often', {
    timeout: 90_000,
  }, async () => {
    const broken = ['--break', 'weapons=down', '--after', '500ms', '--for', '4s'];
    const run = await runStack(
      ['--items', ITEMS, '--once', '--rate', '200', '--config', patientConfig(), ...broken],
      'down',
    );
    expect(run.lines.at(-1)).toMatch(BOOKS);
    // As many valid items as there are, less what the cache knows; a repeated question would exceed it.
    expect(inputsOf(run, 'money')).toBeLessThan(600);
    expect(inputsOf(run, 'counterfeit')).toBeLessThan(650);
    expect(inputsOf(run, 'weapons')).toBeGreaterThan(300);
  });

  test('loses nothing when Redis, the catalogue and one of two proxies are killed', { timeout: 120_000 }, async () => {
    const killed = ['redis=kill', 'catalog=kill', 'proxy=kill'].flatMap((breakage) => ['--break', breakage]);
    const broken = [...killed, '--after', '1s', '--for', '2s'];
    const run = await runStack(['--items', ITEMS, '--once', '--rate', '150', '--replicas', '2', ...broken], 'killed');
    expect(run.lines.at(-1)).toMatch(BOOKS);
    expect(run.code).toBe(0);
    expect(processesWith('killed')).toEqual([]);
  });

  test('Ctrl-C ends all of it, with the books', { timeout: 60_000 }, async () => {
    const run = await runStack([], 'interrupted', (line, pid) => {
      if (/ in \d+\/s/.test(line)) process.kill(pid, 'SIGINT');
    });
    expect(run.lines.at(-1)).toMatch(/^settled \d+\/\d+: /);
    expect(run.code).toBe(0);
    expect(processesWith('interrupted')).toEqual([]);
  });

  test('Ctrl-C while it starts ends what has started', { timeout: 60_000 }, async () => {
    const run = await runStack([], 'started', (line, pid) => {
      if (line.startsWith('Pub/Sub')) process.kill(pid, 'SIGINT');
    });
    expect(run.code).toBe(130);
    expect(processesWith('started')).toEqual([]);
  });
});

test('on a machine with nothing but Node the stack runs on the embedded Pub/Sub and in memory, and says so', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'eddy-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const args = ['--once', '--count', '150', '--break', 'proxy=kill', '--after', '1s', '--for', '2s'];
  const mark = `bare-${process.pid}`;
  const run = await runCommand('infra/local/main.ts', args, mark, undefined, { PATH: folder, JAVA_HOME: '' });
  const said = run.lines.join('\n');
  expect(said).toMatch(/^Pub\/Sub +embedded Pub\/Sub on 127\.0\.0\.1:\d+ \(Google's emulator is not installed: /m);
  expect(said).toMatch(/^cache +each proxy's memory: no redis-server on the PATH/m);
  expect(run.lines.at(-1)).toBe(
    'settled 150/150: decided 150, quarantined 0, superseded 0, waiting 0, abandoned 0; lost 0',
  );
  expect([run.code, processesWith(mark)]).toEqual([0, []]);
}, 120_000);

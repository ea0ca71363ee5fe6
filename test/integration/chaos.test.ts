import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { describeWithServers } from '../servers/servers.ts';
import { processesWith, runCommand } from './run-command.ts';

const runChaos = (args: readonly string[], mark: string, onLine?: (line: string, pid: number) => void) =>
  runCommand('simulations/chaos/main.ts', args, mark, onLine);

describeWithServers(['redis-server'], 'the chaos command', () => {
  test('kills a proxy, freezes Redis, has publishes refused, and loses nothing', { timeout: 120_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'eddy-chaos-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const json = join(folder, 'chaos.json');
    // On one Pub/Sub: a second stack would take as long to start as the faults.
    const faults = ['--broker', 'embedded', '--faults', 'proxy-2=kill,redis=freeze,pubsub=refuse'];
    const run = await runChaos([...faults, '--rate', '60', '--for', '1s', '--seed', '7', '--json', json], 'chaos');

    expect(run.lines.at(-1)).toMatch(/^3 faults, \d{3,} events, 1 restarts, \d+ redeliveries, lost 0$/);
    expect(run.code).toBe(0);
    expect(run.lines.filter((line) => /^(proxy-2=kill|redis=freeze|pubsub=refuse) +\d+ +\d+/.test(line))).toHaveLength(
      3,
    );
    const { totals, conflicts } = JSON.parse(readFileSync(json, 'utf8'));
    expect(totals).toMatchObject({ faults: 3, restarts: 1, lost: 0 });
    expect(conflicts).toEqual([]);
    expect(processesWith('chaos')).toEqual([]);
  });

  test('ends all processes on Ctrl-C, the frozen one too, and tells what was measured', {
    timeout: 60_000,
  }, async () => {
    const args = ['--broker', 'embedded', '--faults', 'weapons=freeze', '--for', '60s'];
    let isInterrupted = false;
    const run = await runChaos(args, 'chaos-interrupted', (line, pid) => {
      // A second one would end it at once.
      if (isInterrupted || !line.includes('broken for 60 s, ')) return;
      isInterrupted = true;
      process.kill(pid, 'SIGINT');
    });
    expect(run.lines.at(-1)).toMatch(/^1 fault, \d+ events, 0 restarts, \d+ redeliveries, .*lost 0$/);
    expect(run.code).toBe(130);
    expect(processesWith('chaos-interrupted')).toEqual([]);
  });

  test('lists the faults, and refuses by name what there is not', { timeout: 30_000 }, async () => {
    const list = await runChaos(['--list'], 'chaos-list');
    expect(list.lines.join('\n')).toMatch(/^weapons=kill +(emulator|embedded) +3 s$/m);
    const unknown = await runChaos(['--faults', 'proxy-3=kill'], 'chaos-unknown');
    expect(unknown.lines.join('\n')).toContain('There is no part "proxy-3"; there are: proxy-1, proxy-2, ');
    expect(unknown.code).toBe(1);
  });
});

import { expect, test } from 'vitest';
import { processesWith, runCommand } from '../../test/integration/run-command.ts';
import { describeWithServers } from '../../test/servers/servers.ts';

const bench = (args: readonly string[], mark: string, onLine?: (line: string, pid: number) => void) =>
  runCommand('simulations/bench/main.ts', args, mark, onLine);

describeWithServers(['redis-server'], 'the benchmark', () => {
  test('runs contestants in turns, and closes with how they compare', { timeout: 120_000 }, async () => {
    const size = ['--turns', '1', '--items', '60', '--warm-up', '20', '--models', '4', '--broker', 'embedded'];
    const run = await bench([...size, '--contestants', 'naive,eddy'], 'bench-small');
    expect(run.lines.join('\n')).not.toContain('error');
    expect(run.code).toBe(0);
    const rows = ['naive', 'eddy'].map((name) => run.lines.filter((line) => line.startsWith(`${name} `)));
    // One with what it costs, one with what was in use.
    expect(rows.map(({ length }) => length)).toEqual([2, 2]);
    // A call for each model and item is what naive means.
    expect(rows[0]![0]).toMatch(/ 4\.00 +/);
    expect(run.lines.filter((line) => line !== '').at(-1)).toMatch(/^naive\/eddy \d+\.\d$/);
    expect(processesWith('bench-small')).toEqual([]);
  });

  test('ends all of it when it is stopped', { timeout: 60_000 }, async () => {
    let isStopped = false;
    const stop = (line: string, pid: number) => {
      if (isStopped || !line.startsWith('embedded Pub/Sub')) return;
      isStopped = true;
      process.kill(pid, 'SIGINT');
    };
    const run = await bench(['--broker', 'embedded'], 'bench-stopped', stop);
    expect(run.code).toBe(130);
    expect(run.lines.join('\n')).not.toContain('error');
    expect(processesWith('bench-stopped')).toEqual([]);
  });
});

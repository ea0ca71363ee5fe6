import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { processesWith, runCommand } from '../../test/integration/run-command.ts';

const PROGRAM = 'simulations/telemetry-cost/main.ts';
const FEW = ['--turns', '1', '--items', '60', '--warm-up', '20', '--rounds', '2'];

/** A folder in which a run puts what it would put into the system's. */
function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'eddy-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

test('measures telemetry in turns and by replay, judges it, and leaves nothing behind', {
  timeout: 60_000,
}, async () => {
  const folder = scratchFolder();
  const { lines, code } = await runCommand(PROGRAM, FEW, 'telemetry-cost', undefined, { TMPDIR: folder });
  const said = lines.join('\n');
  expect(said).toMatch(/^shipped \/ silent, turn by turn +\d/m);
  expect(said).toMatch(/^replay of 60 items/m);
  // Each item is concluded once, whatever that takes.
  expect(said).toMatch(/^concluded +1\.00 /m);
  expect(lines.at(-1)).toMatch(
    /^telemetry costs [\d.]+ µs of \d+ µs per item: [\d.]+ % \(at most 3 %\) {2}(PASS|FAIL)$/,
  );
  expect(code).toBe(lines.at(-1)!.endsWith('PASS') ? 0 : 1);
  expect(processesWith('telemetry-cost')).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

test('Ctrl-C ends it with all that it has started', { timeout: 60_000 }, async () => {
  const folder = scratchFolder();
  const interrupt = (line: string, pid: number) => {
    // Wherever it is by then.
    if (line.startsWith('turns: 5 with')) setTimeout(() => process.kill(pid, 'SIGINT'), 4_000);
  };
  const long = ['--items', '20000'];
  const { lines, code } = await runCommand(PROGRAM, long, 'telemetry-cost-stopped', interrupt, { TMPDIR: folder });
  expect(lines).toContain('stopping');
  expect(code).toBe(130);
  expect(processesWith('telemetry-cost-stopped')).toEqual([]);
  expect(readdirSync(folder)).toEqual([]);
});

test('says what it does not understand', async () => {
  const { lines, code } = await runCommand(PROGRAM, ['--items', '20001'], 'telemetry-cost-misspelt');
  expect(lines.join('\n')).toContain('Expected at most 20000.');
  expect(code).toBe(1);
});

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { makeScratchFolder } from '../../../infra/servers/scratch-folder.ts';
import type { Reporter } from '../../reporter.ts';
import { costsOf } from '../profile/costs.ts';
import type { Run } from '../run.ts';
import { addModelHostCommand } from './command.ts';

const repository = join(import.meta.dirname, '../../..');

/** Runs the command in this process; answers what it said. */
async function modelHost(args: readonly string[], signal = new AbortController().signal): Promise<string[]> {
  const said: string[] = [];
  const reporter: Reporter = { say: (line) => void said.push(...line.split('\n')), progress() {} };
  const run: Run = async (action) => void (await action(signal, reporter));
  const program = new Command().exitOverride().configureOutput({ writeErr() {} });
  addModelHostCommand(program, run);
  await program.parseAsync(['model-host', ...args], { from: 'user' });
  return said;
}

const SHORT = ['--turns', '1', '--for', '200ms', '--warm-up', '100ms'];

test('a host is measured at each size of batch, beside the scorer alone', async () => {
  const args = [...SHORT, '--model', 'counterfeit', '--batch', '1,128'];
  const lines = await modelHost(args);
  const rows = lines.filter((line) => line.startsWith('counterfeit '));
  expect(rows.map((row) => row.split(/ {2,}/).slice(0, 2))).toEqual([
    ['counterfeit', '1'],
    ['counterfeit', '128'],
    ['counterfeit alone', expect.stringMatching(/^\d+$/)],
  ]);
  const [single = 0, many = 0] = rows.map((row) => Number(row.split(/ {2,}/)[2]));
  expect(many).toBeGreaterThan(single);
});

test('a host is recorded', async () => {
  await using folder = await makeScratchFolder('eddy-model-host');
  const out = join(folder.path, 'report');
  const lines = await modelHost([...SHORT, '--model', 'weapons', '--batch', '32', '--profile', '--out', out]);
  const file = join(out, 'weapons-32.cpuprofile');
  expect(lines).toContain(`profile: ${file}`);
  const { files } = costsOf(await readFile(file, 'utf8'), repository);
  expect(files.map(({ name }) => name)).toContain('models/text/ngrams.ts');
});

test('a run that is stopped ends', async () => {
  const stopping = modelHost(['--turns', '1000', '--model', 'weapons'], AbortSignal.timeout(900));
  await expect(stopping).rejects.toThrow(/abort|timeout/i);
});

test.each([
  [['--model', 'nobody'], 'There is no "nobody"; there are: counterfeit, money, weapons.'],
  [['--batch', '1,129'], 'Expected a whole number, 1 to 128.'],
  [['--batch', '1.5'], 'Expected a whole number, 1 to 128.'],
  [['--for', '0s'], 'Expected a duration'],
  [['weapons'], 'too many arguments'],
])('%j is refused', async (args, message) => {
  await expect(modelHost(args)).rejects.toThrow(message);
});

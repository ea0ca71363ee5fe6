import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Command } from 'commander';
import { expect, test } from 'vitest';
import { makeScratchFolder } from '../../../infra/servers/scratch-folder.ts';
import { processesWith, runCommand } from '../../../test/integration/run-command.ts';
import { describeWithServers } from '../../../test/servers/servers.ts';
import { addProfileCommand } from './command.ts';
import { costsOf } from './costs.ts';

describeWithServers(['redis-server'], 'profiling', () => {
  test('prints what the proxy spent its CPU on, and writes the profile', { timeout: 60_000 }, async () => {
    await using folder = await makeScratchFolder('eddy-profile');
    const out = join(folder.path, 'report');
    const size = ['--items', '300', '--warm-up', '100', '--models', '3', '--top', '3'];
    const args = ['profile', ...size, '--out', out];
    const run = await runCommand('simulations/bench/main.ts', args, 'profile-small');
    expect(run.code, run.lines.join('\n')).toBe(0);
    for (const head of ['thread', 'library', 'our own files', 'function']) {
      expect(run.lines.some((line) => line.startsWith('µs/item') && line.endsWith(head))).toBe(true);
    }
    const file = join(out, 'eddy.cpuprofile');
    expect(run.lines.at(-1)).toBe(`profile: ${file}`);
    const { files } = costsOf(await readFile(file, 'utf8'), join(import.meta.dirname, '../../..'));
    const names = files.map(({ name }) => name);
    expect(names).toContain('proxy/panel/member.ts');
    // The start-up, of which this is a part, is not in it.
    expect(names).not.toContain('proxy/config-schema.ts');
    expect(processesWith('profile-small')).toEqual([]);
  });
});

test.each([
  [['--contestant', 'nobody'], "argument 'nobody' is invalid. Allowed choices are naive, floor, eddy."],
  [['--items', '0'], 'Expected a count'],
  [['--top', 'many'], 'Expected a count'],
  [['--broker', 'both'], 'Allowed choices are embedded, emulator'],
  [['eddy'], 'too many arguments'],
])('%j is refused with what there is', async (args, message) => {
  const program = new Command().exitOverride().configureOutput({ writeErr() {} });
  addProfileCommand(program, () => expect.unreachable());
  await expect(program.parseAsync(['profile', ...args], { from: 'user' })).rejects.toThrow(message);
});

test('a folder that nothing can be written to is told before anything is started', async () => {
  await using folder = await makeScratchFolder('eddy-profile');
  const file = join(folder.path, 'file');
  await writeFile(file, '');
  const program = new Command();
  addProfileCommand(program, async (action) => void (await action(AbortSignal.abort(), { say() {}, progress() {} })));
  await expect(program.parseAsync(['profile', '--out', file], { from: 'user' })).rejects.toThrow(
    `--out ${file}: ${file} is no folder`,
  );
});

import { Command, CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import { addCommands } from './command.ts';

/** What the command line tells on standard error and output, and whether anything was run. */
async function told(
  ...args: string[]
): Promise<{ readonly text: string; readonly isRun: boolean; readonly code: number }> {
  const written: string[] = [];
  let isRun = false;
  const write = (text: string) => void written.push(text);
  const program = new Command().exitOverride().configureOutput({ writeOut: write, writeErr: write });
  addCommands(program, async () => {
    isRun = true;
  });
  let code = 0;
  try {
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    code = error.exitCode;
  }
  return { text: written.join(''), isRun, code };
}

describe('the command line', () => {
  test.each<readonly string[]>([
    [],
    ['--turns', '1', '--items', '10'],
    ['compare', '--cached', '--broker', 'emulator'],
    ['--contestants', 'eddy', '--down', '2'],
    ['promises', '--idle-items', '10'],
    ['curves'],
    ['curves', 'hits', 'backlog', '--turns', '1'],
    ['curves', 'size', '--values', '0.2,50', '--contestants', 'eddy,naive'],
    ['curves', '--contestants', 'eddy,naive'],
    ['endurance', '--items', '1000'],
  ])('runs %j', async (...args) => {
    expect(await told(...args)).toEqual({ text: '', isRun: true, code: 0 });
  });

  test.each<[readonly string[], string]>([
    [['--contestants', 'naive,nobody'], 'There is no "nobody"; there are: naive, floor, eddy.'],
    [['--fast'], "unknown option '--fast'"],
    [['comparison'], 'too many arguments'],
    [['--turns', '0'], 'Expected a count'],
    [['--models', '101'], 'Expected a whole number, 1 to 100'],
    [['--down', '1'], '--down: naive and floor decide nothing then'],
    [['--down', '6', '--contestants', 'eddy'], '--down 6: there are 5 models'],
    [['curves', 'weight'], 'Allowed choices are models, size, hits, failing, rate, backlog'],
    [['curves', '--values', '1,2'], '--values is for one curve'],
    [['curves', 'models', '--values', '0,5'], '--values: models is 1 to 100'],
    [['curves', 'models', '--values', '1.5'], '--values: models is 1 to 100, whole'],
    [['curves', 'hits', '--values', '50,101'], '--values: % cached is 0 to 100'],
    [['curves', 'backlog', '--values', '0'], '--values: entries that wait is 1 to 10000000'],
    [['curves', 'backlog', '--seconds', '0'], 'Expected a whole number, 1 to 3600'],
    [['curves', 'failing', '--contestants', 'naive'], 'failing: eddy alone decides anything'],
    [['endurance', '--broker', 'both'], 'Allowed choices are embedded, emulator'],
  ])('says what is wrong with %j', async (args, message) => {
    const { text, isRun, code } = await told(...args);
    expect(text).toContain(message);
    expect([isRun, code]).toEqual([false, 1]);
  });

  test.each(['', 'compare', 'promises', 'curves', 'endurance', 'profile', 'model-host'])(
    'has help: %s',
    async (name) => {
      const { text, isRun } = await told(...(name ? [name] : []), '--help');
      expect(text).toContain('Usage:');
      expect(isRun).toBe(false);
    },
  );
});

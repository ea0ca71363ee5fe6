import { CommanderError } from 'commander';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { parseOptions } from './options.ts';
import { STRATEGY_NAMES } from './strategies/strategies.ts';

let told = '';
beforeEach(() => {
  told = '';
  const tell = (text: string | Uint8Array) => {
    told += String(text);
    return true;
  };
  vi.spyOn(process.stderr, 'write').mockImplementation(tell);
  vi.spyOn(process.stdout, 'write').mockImplementation(tell);
});
afterEach(() => void vi.restoreAllMocks());

const parse = (...args: string[]) => parseOptions(['node', 'main.ts', ...args]);
const of = (...args: string[]) => parse('--incident', 'model-down', ...args);

function refusal(...args: string[]): string {
  try {
    parse(...args);
  } catch (error) {
    expect(error).toBeInstanceOf(CommanderError);
    expect((error as CommanderError).exitCode).toBe(1);
    return told;
  }
  throw new Error('it was taken');
}

describe('options', () => {
  test('have defaults for all but what is to be run', () => {
    const { workers, ...rest } = of();
    expect(workers).toBeGreaterThanOrEqual(1);
    expect(rest).toEqual({
      incident: ['model-down'],
      seed: 1,
      real: false,
      broker: 'embedded',
      whatIf: false,
      all: false,
      list: false,
      out: 'lab-report',
    });
  });

  test('name several incidents and strategies by commas or one after another, each once', () => {
    expect(of('--incident', 'redis-down, model-down').incident).toEqual(['model-down', 'redis-down']);
    expect(of('--strategy', 'nack,eddy', '--strategy', 'eddy,memory-cache@3').strategy).toEqual([
      'nack',
      'eddy',
      'memory-cache@3',
    ]);
    expect(of('--strategy', 'all').strategy).toEqual(STRATEGY_NAMES);
  });

  test('are read with their units', () => {
    expect(of('--duration', '90s').duration).toBe(90_000);
    expect(of('--duration', '1.5h').duration).toBe(5_400_000);
    expect(of('--rate', '0.5', '--replicas', '7', '--models', '3', '--seed', '0')).toMatchObject({
      rate: 0.5,
      replicas: 7,
      models: 3,
      seed: 0,
    });
  });

  test.each([
    ['--replicas', '0', 'Expected a whole number from 1 to 1000.'],
    ['--replicas', '1.5', 'Expected a whole number from 1 to 1000.'],
    ['--replicas', 'many', 'Expected a whole number from 1 to 1000.'],
    ['--rate', '0', 'Expected a number from 0.1 to 1000000.'],
    ['--rate', '', 'Expected a number from 0.1 to 1000000.'],
    ['--models', '101', 'Expected a whole number from 1 to 100.'],
    ['--seed', '-1', 'Expected a whole number from 0 to 2147483648.'],
    ['--workers', '65', 'Expected a whole number from 1 to 64.'],
    ['--duration', '90', 'Expected a duration from 1s to 12h, such as 90s, 10m or 1h.'],
    ['--duration', '0.5s', 'Expected a duration from 1s to 12h, such as 90s, 10m or 1h.'],
    ['--duration', '13h', 'Expected a duration from 1s to 12h, such as 90s, 10m or 1h.'],
    ['--strategy', 'edy', `There is no strategy "edy"; there are: ${STRATEGY_NAMES.join(', ')}, or all.`],
    ['--strategy', 'eddy@0', '"eddy@0": expected replicas from 1 to 1000 after the @.'],
    ['--strategy', 'eddy@3@4', '"eddy@3@4": expected replicas from 1 to 1000 after the @.'],
    ['--strategy', 'nack,', 'Expected names, with a comma between two.'],
    ['--broker', 'kafka', 'Allowed choices are embedded, emulator.'],
  ])('%s %s is refused, with what was expected', (option, value, expected) => {
    expect(refusal('--incident', 'model-down', option, value)).toContain(`error: option '${option} <`);
    expect(told).toContain(`argument '${value}' is invalid. ${expected}`);
    expect(told).toContain('(--help lists the options)');
  });

  test.each([
    [[], 'error: name an incident, such as --incident model-down; --list tells which there are, --all runs them'],
    [['--incident', ','], 'Expected names, with a comma between two.'],
    [['--all', '--incident', 'model-down'], 'error: --all and --incident exclude each other'],
    [['--real', '--all'], "error: option '--real' cannot be used with option '--all'"],
    [
      ['--incident', 'model-down', '--real', '--what-if'],
      "error: option '--real' cannot be used with option '--what-if'",
    ],
    [['--incident', 'model-down', '--prices', 'p.yaml'], 'error: --prices goes with --what-if'],
    [['--incident', 'model-down', '--faster'], "error: unknown option '--faster'"],
    [['model-down'], 'error: too many arguments'],
  ])('%j is refused', (args, expected) => {
    expect(refusal(...args)).toContain(expected);
  });

  test('need no incident to list what there is', () => {
    expect(parse('--list').list).toBe(true);
  });
});

test('--help tells the options and examples, and is no fault', () => {
  expect(() => parse('--help')).toThrow(expect.objectContaining({ exitCode: 0 }));
  expect(told).toMatch(/--incident <names>[\s\S]*--workers <count>[\s\S]*Examples:\n {2}npm run simulate --/);
});

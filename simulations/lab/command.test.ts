import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { runCommand } from './command.ts';

const MAIN = resolve(import.meta.dirname, 'main.ts');

const TINY = `
title: A tiny incident
about: A model is down for a moment.
calm: 5s
after: 10s
models: 2
replicas: 1
rate: 3
faults:
  - { kind: model down, model: ill, at: 0s, for: 10s }
`;

const CONFIG = `
pubsub: { project: '\${PROJECT}' }
models:
  guns: { topic: arms, target: dns:///guns:1, reads: [title], policy: { review: 0.5, remove: 0.9 } }
  fakes: { topic: fakes, target: dns:///fakes:1, reads: [title], policy: { review: 0.5, remove: 0.9 } }
`;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'incident-lab-'));
});
afterAll(() => rm(folder, { recursive: true }));

let out = '';
let err = '';
beforeEach(() => {
  out = '';
  err = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((told) => {
    out += String(told);
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((told) => {
    err += String(told);
    return true;
  });
});
afterEach(() => void vi.restoreAllMocks());

async function fileOf(name: string, content: string): Promise<string> {
  const file = join(folder, name);
  await writeFile(file, content);
  return file;
}

const isThere = (file: string) =>
  access(file).then(
    () => true,
    () => false,
  );

const simulate = (...args: string[]) => runCommand(['node', MAIN, '--workers', '1', ...args], { PROJECT: 'shop' });

describe('a rehearsal', () => {
  test('of which all holds exits with 0, and has told and written all of it', async () => {
    const incident = await fileOf(
      'fine.yaml',
      `${TINY}expect: { eddy: { lost: { atMost: 0 } }, nack: { healthyPeak: { atLeast: 1.2 } } }`,
    );
    const report = join(folder, 'fine/report');
    expect(await simulate('--incident', incident, '--out', report)).toBe(0);
    expect(out).toMatch(/A tiny incident \(fine, 1 replica, 3\/s\)\nmeasure +eddy +nack\n/);
    expect(out).toMatch(/eddy is the best, or as good, on \d+ of \d+ rows/);
    expect(out).toContain('PASS  eddy@1  events lost 0 (at most 0)\n');
    expect(out).toMatch(/PASS {2}nack@1 {2}healthy model, peak load [\d.]+ × ideal \(at least 1\.2\)\n/);
    expect(out.trimEnd()).toMatch(
      /report: .*fine\/report\/report\.html, and 3 more files beside it\n2 runs, 2 statements: 2 hold, 0 do not$/,
    );
    expect((await readdir(report)).sort()).toEqual([
      'fine.eddy.r1.csv',
      'fine.nack.r1.csv',
      'report.html',
      'summary.json',
    ]);
    const summary: unknown = JSON.parse(await readFile(join(report, 'summary.json'), 'utf8'));
    expect(summary).toMatchObject([{ strategy: 'eddy', verdicts: [{ passed: true }] }, { strategy: 'nack' }]);
    const html = await readFile(join(report, 'report.html'), 'utf8');
    expect(html).toContain('A model is down for a moment.');
    expect(html).toContain('npm run simulate -- ');
  });

  test('of which something does not hold exits with 1, and says what', async () => {
    const incident = await fileOf(
      'asks-much.yaml',
      `${TINY}expect: { eddy: { recovery: { atMost: 0.001 }, drain: { atMost: 1.1 } } }`,
    );
    const report = join(folder, 'asks-much');
    expect(await simulate('--incident', incident, '--out', report)).toBe(1);
    expect(out).toMatch(/FAIL {2}eddy@1 {2}time to recover .* \(at most 0\.001 s\)/);
    expect(out).toContain('FAIL  eddy@1  time to recover, of the best possible could not be measured (at most 1.1)');
    expect(out.trimEnd()).toMatch(/1 run, 2 statements: 0 hold, 2 do not$/);
    expect(await isThere(join(report, 'report.html'))).toBe(true);
  });

  test('goes by the strategies, rate, duration, replicas and configuration that are wished for', async () => {
    const incident = await fileOf('mine.yaml', TINY);
    const config = await fileOf('config.yaml', CONFIG);
    const report = join(folder, 'mine');
    const wishes = ['--rate', '2', '--duration', '4s', '--replicas', '2', '--strategy', 'eddy,eddy@2,redis-cache@1'];
    expect(await simulate('--incident', incident, '--config', config, ...wishes, '--out', report)).toBe(0);
    const summary: unknown = JSON.parse(await readFile(join(report, 'summary.json'), 'utf8'));
    const common = { rate: 2, models: ['guns', 'fakes'], faults: [{ label: 'guns down', fromS: 5, toS: 9 }] };
    expect(summary).toMatchObject([
      { strategy: 'eddy', replicas: 2, ...common },
      { strategy: 'redis-cache', replicas: 1, ...common },
    ]);
    expect(summary).toHaveLength(2);
  });
});

describe('before anything is run', () => {
  async function refusal(...args: string[]): Promise<string> {
    const report = join(folder, 'never');
    expect(await simulate('--out', report, ...args)).toBe(1);
    expect(out).toBe('');
    expect(await isThere(report)).toBe(false);
    return err;
  }

  test('a wrong incident is refused with all that is wrong with it', async () => {
    const incident = await fileOf(
      'wrong.yaml',
      `${TINY}repicas: 3\nexpect: { edy: { lost: { atMost: 0 } } }`.replace('10s', 'long'),
    );
    const told = await refusal('--incident', incident);
    expect(told).toMatch(/^error: .*wrong\.yaml can't be used as an incident:\n/);
    expect(told).toMatch(/repicas, line \d+: is not a known key; did you mean "replicas"\?/);
    expect(told).toMatch(/after, line \d+: expected a duration/);
  });

  test('an incident that expects something of no strategy is refused', async () => {
    const incident = await fileOf('edy.yaml', `${TINY}expect: { edy: { lost: { atMost: 0 } } }`);
    expect(await refusal('--incident', incident)).toMatch(/expect\.edy: is no strategy; did you mean "eddy"\?/);
  });

  test('an incident that is not there is refused', async () => {
    expect(await refusal('--incident', join(folder, 'none.yaml'))).toMatch(
      /^error: .*none\.yaml can't be used.*\n.*can't be read \(ENOENT\)\n$/,
    );
    err = '';
    expect(await refusal('--incident', 'model-donw')).toMatch(
      /^error: There is no incident "model-donw"; did you mean "model-down"\?/,
    );
  });

  test('two incidents of one name are refused', async () => {
    const [first, second] = [await fileOf('same.yaml', TINY), await fileOf('same.yml', TINY)];
    expect(await refusal('--incident', `${first},${second}`)).toBe(
      `error: ${first} and ${second} are both called same: rename one of them\n`,
    );
  });

  test('an incident that does not fit the run is refused', async () => {
    const incident = await fileOf('unfit.yaml', TINY.replace('ill', 'ill-3'));
    expect(await refusal('--incident', incident)).toMatch(
      /unfit\.yaml.*\n {2}faults\.0\.model: there is no "ill-3" among 2 models/,
    );
  });

  test('a configuration with a fault, or a variable that nobody knows, is refused by its name', async () => {
    const incident = await fileOf('mine.yaml', TINY);
    const wrong = await fileOf('wrong-config.yaml', `${CONFIG}pase: 3\n`);
    expect(await refusal('--incident', incident, '--config', wrong)).toMatch(
      /^error: .*wrong-config\.yaml can't be used as configuration:\n.*pase/,
    );
    err = '';
    const unknown = await fileOf('unknown.yaml', CONFIG.replace('PROJECT', 'NOWHERE'));
    expect(await refusal('--incident', incident, '--config', unknown)).toMatch(
      /unknown\.yaml[\s\S]*pubsub\.project.*NOWHERE/,
    );
    err = '';
    expect(await refusal('--incident', incident, '--config', join(folder, 'none'))).toBe(
      `error: --config ${join(folder, 'none')}: can't be read (ENOENT)\n`,
    );
  });

  test('a folder that can not be written to is refused', async () => {
    const incident = await fileOf('mine.yaml', TINY);
    for (const option of ['--out', '--pictures']) {
      err = '';
      expect(await refusal('--incident', incident, option, join(incident, 'below'))).toBe(
        `error: ${option} ${join(incident, 'below')}: ${incident} is no folder\n`,
      );
    }
  });

  test('more events than can be run one by one are refused where no model of them is known', async () => {
    const incident = await fileOf('mine.yaml', TINY);
    const refused = await refusal('--incident', incident, '--rate', '900000', '--strategy', 'nack');
    expect(refused).toMatch(/only eddy/);
  });

  test('a bad command line exits with 2, and --help and --list with 0', async () => {
    expect(await simulate('--faster')).toBe(2);
    expect(err).toContain("error: unknown option '--faster'");
    expect(await simulate('--help')).toBe(0);
    expect(out).toContain('Usage: npm run simulate --');
    out = '';
    expect(await simulate('--list')).toBe(0);
    expect(out).toMatch(
      /^Incidents\n[\s\S]*\n {2}model-down +A model is down\n[\s\S]*\nStrategies\n {2}nack +Gives[\s\S]*\n {2}eddy +What ships/,
    );
  });
});

describe('the program', () => {
  /** Its own process group, as a terminal gives it one. */
  function start(...args: string[]): ChildProcess {
    return spawn(process.execPath, [MAIN, '--workers', '2', ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
  }

  test('ends at Ctrl-C with 130, and leaves nothing', async () => {
    const incident = await fileOf(
      'long.yaml',
      TINY.replace('rate: 3', 'rate: 200').replace('after: 10s', 'after: 20m'),
    );
    const report = join(folder, 'interrupted');
    const program = start('--incident', incident, '--strategy', 'eddy,nack', '--out', report);
    const faults = text(program.stderr!);
    const exited = once(program, 'exit');
    const [told] = await once(program.stdout!.setEncoding('utf8'), 'data');
    expect(told).toBe('2 runs in virtual time, seed 1\n');
    process.kill(-program.pid!, 'SIGINT');
    expect(await exited).toEqual([130, null]);
    expect(await faults).toBe('');
    expect(await isThere(report)).toBe(false);
  });

  test('ends when nobody reads what it tells', async () => {
    const incident = await fileOf('mine.yaml', TINY);
    const program = start('--incident', incident, '--strategy', 'eddy', '--out', join(folder, 'unread'));
    const faults = text(program.stderr!);
    program.stdout!.destroy();
    const [code, signal] = await once(program, 'exit');
    expect(signal).toBeNull();
    expect([0, 130]).toContain(code);
    expect(await faults).toBe('');
  });
});

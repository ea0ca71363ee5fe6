import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import { expect, onTestFinished, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { describeWithServers } from '../../test/servers/servers.ts';
import { namesIn } from './expression.ts';
import { promtool } from './promtool.ts';
import { type AlertRule, readRules, TEST_FILES } from './rule-files.ts';

/** An alert changed for the worse: its tests must fail. */
interface Mutant {
  readonly what: string;
  readonly rule: AlertRule;
  readonly mutated: AlertRule;
}

/** What stands on the right of a comparison. */
const THRESHOLD = /(?<=(?:[<>]=?|[!=]=)\s*(?:bool\s+)?)\d+(?:\.\d+)?/g;

/** RULE_MUTANTS=all tries every mutant, which takes a minute; without it one of each alert is tried. */
const isThorough = process.env['RULE_MUTANTS'] === 'all';

/** Every threshold out of reach, and below anything; every wait left out, and made long. */
function mutantsOf(rule: AlertRule): Mutant[] {
  const { alert, expr, for: wait } = rule;
  const mutants: Mutant[] = [];
  for (const { 0: threshold, index: at } of expr.matchAll(THRESHOLD)) {
    for (const other of ['-1', '1e9']) {
      const mutated = { ...rule, expr: expr.slice(0, at) + other + expr.slice(at + threshold.length) };
      const place = expr.slice(Math.max(0, at - 40), at).replaceAll(/\s+/g, ' ');
      mutants.push({ what: `${alert}: ${other} in place of ${threshold} after …${place}`, rule, mutated });
    }
  }
  for (const other of wait === undefined ? [] : ['0s', '100h']) {
    mutants.push({ what: `${alert}: for ${other} in place of ${wait}`, rule, mutated: { ...rule, for: other } });
  }
  return mutants;
}

const { recordings, alerts } = readRules();

/** The rules that take part in an alert's tests: itself, the others of its name, and what they read. */
function rulesWith({ rule, mutated }: Mutant): string {
  const ofName = alerts.filter(({ alert }) => alert === rule.alert).map((one) => (one === rule ? mutated : one));
  const read = new Set(
    ofName.flatMap(({ expr, annotations }) => [expr, ...Object.values(annotations)]).flatMap(seriesIn),
  );
  const rules = [...recordings.filter(({ record }) => read.has(record)), ...ofName].map(({ file: _, ...one }) => one);
  return stringify({ groups: [{ name: 'mutant', rules }] }, { aliasDuplicateObjects: false });
}

/** Also of a text in which an expression is asked. */
function seriesIn(expr: string): string[] {
  return [...namesIn(expr).selectors.map(({ name }) => name), ...(expr.match(/\w+:\w+:\w+/g) ?? [])];
}

interface TestFile {
  readonly tests: { readonly alert_rule_test?: { readonly alertname: string }[] }[];
}

/** The tests of an alert, apart from all others: a mutant is judged the sooner. */
async function testsOf(alert: string): Promise<TestFile[]> {
  const files = await Promise.all(TEST_FILES.map(async (path) => parse(await readFile(path, 'utf8')) as TestFile));
  return files.flatMap((file) => {
    const tests = file.tests.filter((one) => one.alert_rule_test?.some(({ alertname }) => alertname === alert));
    if (tests.length === 0) return [];
    const ofAlert = tests.map((one) => ({
      ...one,
      alert_rule_test: one.alert_rule_test?.filter(({ alertname }) => alertname === alert) ?? [],
    }));
    return [{ ...file, rule_files: ['rules.yml'], tests: ofAlert }];
  });
}

describeWithServers(['prometheus'], 'the tests of an alert', () => {
  test.each([...new Set(alerts.map(({ alert }) => alert))])(
    'fail when a threshold or a wait of %s is changed',
    { timeout: 300_000 },
    async (name) => {
      const folder = await mkdtemp(join(tmpdir(), 'eddy-mutants-'));
      onTestFinished(() => rm(folder, { recursive: true }));
      const tests = await testsOf(name);
      const all = alerts.filter(({ alert }) => alert === name).flatMap(mutantsOf);
      const mutants = isThorough ? all : all.slice(0, 1);
      const atATime = pLimit(2);
      const survives = async (mutant: Mutant) => {
        const world = await mkdtemp(join(folder, 'mutant-'));
        await writeFile(join(world, 'rules.yml'), rulesWith(mutant));
        const files = await Promise.all(
          tests.map(async (one, index) => {
            const path = join(world, `${index}.test.yml`);
            await writeFile(path, stringify(one, { aliasDuplicateObjects: false }));
            return path;
          }),
        );
        return (await promtool('test', 'rules', ...files)).code === 0;
      };
      const rule = alerts.find(({ alert }) => alert === name)!;
      expect(await survives({ what: 'unchanged', rule, mutated: rule })).toBe(true);
      const survivors = await Promise.all(
        mutants.map((mutant) => atATime(async () => ((await survives(mutant)) ? [mutant.what] : []))),
      );
      expect(mutants.length).toBeGreaterThan(0);
      expect(survivors.flat()).toEqual([]);
    },
  );
});

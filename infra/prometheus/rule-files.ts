import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

/** The repository's files of rules, for a Prometheus that is to evaluate them. */
export const RULE_FILES: readonly string[] = globSync(join(import.meta.dirname, 'rules/*.yml')).sort();

/** Their tests, for `promtool test rules`. */
export const TEST_FILES: readonly string[] = globSync(join(import.meta.dirname, 'tests/*.test.yml')).sort();

const texts = z.record(z.string(), z.string());
const recording = z.strictObject({ record: z.string(), expr: z.string() });
const alert = z.strictObject({
  alert: z.string(),
  expr: z.string(),
  for: z.string().optional(),
  labels: texts,
  annotations: z.strictObject({ summary: z.string(), description: z.string(), runbook_url: z.string() }),
});
const ruleFile = z.strictObject({
  groups: z.array(z.strictObject({ name: z.string(), rules: z.array(z.union([recording, alert])) })),
});

export type RecordingRule = z.output<typeof recording> & { readonly file: string };
export type AlertRule = z.output<typeof alert> & { readonly file: string };

/** Reads files of rules; by default the repository's. @throws Error when one has another shape than they have here */
export function readRules(files = RULE_FILES): { recordings: RecordingRule[]; alerts: AlertRule[] } {
  const recordings: RecordingRule[] = [];
  const alerts: AlertRule[] = [];
  for (const file of files) {
    for (const { rules } of ruleFile.parse(parse(readFileSync(file, 'utf8'))).groups) {
      for (const rule of rules) {
        if ('alert' in rule) alerts.push({ ...rule, file });
        else recordings.push({ ...rule, file });
      }
    }
  }
  return { recordings, alerts };
}

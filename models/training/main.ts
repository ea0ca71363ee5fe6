import { writeFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { createLinearScorer, loadWeights } from '../text/linear.ts';
import type { WeightsFile } from '../text/weights.ts';
import { TOPICS, type Topic } from './grammar.ts';
import { type Candidate, heldOut, measure, toTable } from './report.ts';
import { itemsPerSecond, TYPICAL_BYTES, typicalInputs } from './speed.ts';
import { EXTRACTS } from './topics.ts';
import { FULL_SIZES, train } from './train.ts';

const DEFAULT_SEED = 20_240_601;
const MEASURED_MS = 1_000;

interface Options {
  readonly seed: number;
  readonly model?: Topic;
  readonly report?: true;
}

const program = new Command()
  .name('npm run train --')
  .description('Rebuilds the weights of the models from a seed, then reports how good they are on the held-out part.')
  .option('--seed <number>', 'where all randomness starts', wholeNumber, DEFAULT_SEED)
  .addOption(new Option('--model <name>', 'only this model').choices(TOPICS))
  .option('--report', 'train nothing: report on the weights as they are')
  .action(run);

await program.parseAsync();

function run({ seed, model, report }: Options): void {
  const topics = model === undefined ? TOPICS : [model];
  const candidates = topics.map((topic) => toCandidate(topic, report === true ? load(topic) : rebuild(topic, seed)));
  const reports = candidates.map((candidate) => measure(candidate, heldOut(candidate.file.seed)));
  print(`\n${toTable(reports)}\n`);
  for (const candidate of candidates) printSpeed(candidate);
}

function rebuild(topic: Topic, seed: number): WeightsFile {
  const started = performance.now();
  const file = train(topic, EXTRACTS[topic], seed, FULL_SIZES, (progress) => print(`${topic}: ${progress}`));
  writeFileSync(new URL(`../${topic}/weights.json`, import.meta.url), `${JSON.stringify(file, null, 1)}\n`);
  print(`${topic}: wrote ${file.version} after ${((performance.now() - started) / 1000).toFixed(1)} s`);
  return file;
}

function load(topic: Topic): WeightsFile {
  return loadWeights(new URL(`../${topic}/scorer.ts`, import.meta.url).href);
}

function toCandidate(topic: Topic, file: WeightsFile): Candidate {
  return { topic, file, scorer: createLinearScorer(file, EXTRACTS[topic]) };
}

function printSpeed({ topic, file, scorer }: Candidate): void {
  const inputs = typicalInputs(heldOut(file.seed).slice(0, 500), 500);
  const speed = Math.round(itemsPerSecond(scorer, inputs, MEASURED_MS));
  print(
    `${topic}: ${speed.toLocaleString('en')} items/s on one core, listings of ${TYPICAL_BYTES} bytes or a little more`,
  );
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isSafeInteger(value) || value < 0 || value > 0xffff_ffff) {
    throw new InvalidArgumentError('expected a whole number from 0 to 4294967295');
  }
  return value;
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

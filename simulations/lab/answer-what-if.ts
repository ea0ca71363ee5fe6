import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Reporter } from '../reporter.ts';
import type { RunRequest } from './run-incident.ts';
import { whatIfLines } from './what-if/lines.ts';
import { PRICES_FILE, readPrices } from './what-if/prices.ts';
import { whatIf } from './what-if/what-if.ts';

export interface AnswerOptions {
  /** In place of the prices that ship. */
  readonly prices?: string | undefined;
  readonly workers: number;
  readonly signal: AbortSignal;
  readonly reporter: Reporter;
  /** The folder for the answers as JSON. */
  readonly out: string;
}

/**
 * Answers by a fluid model what is too large to be run event by event, for what ships.
 *
 * @returns for each whether the model was as near to event-by-event runs as it is stated to be
 * @throws WhatIfError for what the model knows nothing of, PricesError
 */
export async function answerWhatIf(requests: readonly RunRequest[], options: AnswerOptions): Promise<boolean[]> {
  const { workers, signal, reporter, out } = options;
  const prices = readPrices(options.prices ?? PRICES_FILE);
  const held: boolean[] = [];
  for (const request of requests) {
    const { name } = request.incident;
    const onProgress = (share: number) => reporter.progress(`${Math.round(100 * share)} %: what if, ${name}`);
    const answer = await whatIf({ ...request, prices, workers, signal, onProgress });
    for (const line of whatIfLines(answer)) reporter.say(line);
    const file = join(out, `${name}.what-if.json`);
    await writeFile(file, `${JSON.stringify(answer, undefined, 2)}\n`);
    reporter.say(`\nanswer: ${file}`);
    held.push(answer.errors.passed);
  }
  return held;
}

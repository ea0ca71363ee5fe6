import type { Books } from './books.ts';
import { type Samples, total } from './scrape.ts';
import { MODELS, type Stack } from './stack.ts';

const BREAKER_NAMES = ['closed', 'half-open', 'open'];

export interface StatusOptions {
  readonly stack: Stack;
  readonly books: Books;
  readonly say: (line: string) => void;
}

/** Says once a second, in one line, what went on in that second. */
export function startStatus({ stack, books, say }: StatusOptions): Disposable {
  let before: Snapshot | undefined;
  let isBusy = false;
  let isOver = false;
  const timer = setInterval(async () => {
    if (isBusy) return; // The last line is still being gathered: skip one rather than pile up.
    isBusy = true;
    try {
      const now = await snapshot(stack, books);
      // What was still being gathered at the end has nobody to be told to.
      if (before && !isOver) say(statusLine(before, now));
      before = now;
    } finally {
      isBusy = false;
    }
  }, 1_000);
  return {
    [Symbol.dispose]() {
      isOver = true;
      clearInterval(timer);
    },
  };
}

interface Snapshot {
  readonly atMs: number;
  readonly published: number;
  readonly settled: number;
  readonly waiting: number;
  readonly unheard: number;
  readonly samples: readonly Samples[];
}

async function snapshot(stack: Stack, books: Books): Promise<Snapshot> {
  const figures = await Promise.all(stack.replicas.map((replica) => replica.figures()));
  const { published, waiting, unheard } = books.totals();
  return {
    atMs: Date.now(),
    published,
    waiting,
    unheard,
    settled: published - waiting - unheard,
    samples: figures.map(({ samples }) => samples),
  };
}

function statusLine(before: Snapshot, now: Snapshot): string {
  const seconds = (now.atMs - before.atMs) / 1_000;
  const sum = (at: Snapshot, name: string, ...labels: string[]) =>
    at.samples.reduce((all, samples) => all + total(samples, name, ...labels), 0);
  const grown = (name: string, ...labels: string[]) => sum(now, name, ...labels) - sum(before, name, ...labels);
  const rate = (amount: number) => `${Math.max(0, Math.round(amount / seconds))}/s`;

  const models = MODELS.map((model) => {
    const label = `model="${model}"`;
    const state = Math.max(...now.samples.map((samples) => total(samples, 'eddy_model_breaker_state', label)));
    const breaker = state > 0 ? ` (${BREAKER_NAMES[state] ?? 'open'})` : '';
    return `${model} ${rate(grown('eddy_model_inputs_total', label))}${breaker}`;
  });
  const hits = grown('eddy_prediction_cache_total', 'result="hit"');
  const lookUps = grown('eddy_prediction_cache_total');
  const cache = lookUps > 0 ? `${Math.round((hits / lookUps) * 100)} %` : '–';
  return [
    new Date(now.atMs).toTimeString().slice(0, 8),
    `in ${rate(now.published - before.published)}`,
    `settled ${rate(now.settled - before.settled)}`,
    ...models,
    `cache hits ${cache}`,
    `waiting ${now.waiting}`,
    `behind ${now.unheard}`,
  ].join('  ');
}

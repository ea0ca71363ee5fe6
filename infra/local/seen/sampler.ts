import type { Moment, Point } from '../console/wire.ts';
import type { Figures } from '../replica.ts';
import type { FirstWords } from './first-words.ts';
import { momentOf, pointOf, type View } from './moment.ts';

export interface SamplerOptions {
  readonly replicas: readonly { readonly name: string; figures(): Promise<Pick<Figures, 'samples'>> }[];
  readonly models: readonly string[];
  readonly firstWords: FirstWords;
  /** By default once a second. */
  readonly everyMs?: number;
}

/** Looks at the stack once a second, for all who want to know. Disposing of it ends that, when the last look is over. */
export interface Sampler extends AsyncDisposable {
  /** The latest moment; undefined until there are two looks. */
  readonly latest: Moment | undefined;
  /** The last five minutes. */
  readonly points: readonly Point[];
  /** Told of every moment, until what is answered is called. */
  onMoment(listener: (moment: Moment, point: Point) => void): () => void;
}

const EVERY_MS = 1_000;
const WINDOW_MS = 10_000;
/** Five minutes, once a second. */
const POINTS = 300;

/** Begins to look. No replica is asked again before all have answered, or have been given up. */
export function startSampler({ replicas, models, firstWords, everyMs = EVERY_MS }: SamplerOptions): Sampler {
  const listeners = new Set<(moment: Moment, point: Point) => void>();
  const names = { models, replicas: replicas.map(({ name }) => name) };
  const points: Point[] = [];
  let views: readonly View[] = [];
  let last: readonly Pick<Figures, 'samples'>[] = [];
  let latest: Moment | undefined;
  let looking: Promise<void> | undefined;
  let isOver = false;

  async function look(): Promise<void> {
    const figures = await Promise.all(replicas.map((replica) => replica.figures()));
    const atMs = Date.now();
    // A replica that does not answer hands out what it has said last.
    const answers = figures.map((one, index) => one !== last[index]);
    last = figures;
    views = [
      ...views.filter((view) => view.atMs > atMs - WINDOW_MS - everyMs / 2),
      {
        atMs,
        totals: firstWords.books.totals(),
        mainStream: firstWords.read(atMs),
        replicas: figures.map(({ samples }, index) => ({ samples, answers: answers[index]! })),
      },
    ];
    if (views.length < 2 || isOver) return;
    const moment = momentOf(views, names);
    const point = pointOf(moment);
    latest = moment;
    points.push(point);
    if (points.length > POINTS) points.shift();
    for (const listener of listeners) listener(moment, point);
  }

  function begin(): void {
    looking ??= look().finally(() => {
      looking = undefined;
    });
  }
  begin();
  const timer = setInterval(begin, everyMs);
  return {
    get latest() {
      return latest;
    },
    points,
    onMoment(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async [Symbol.asyncDispose]() {
      isOver = true;
      clearInterval(timer);
      await looking;
    },
  };
}

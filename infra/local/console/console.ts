import type { Decision } from '../../../proto/generated/moderation/v1/moderation.ts';
import { parseBreakage } from '../breakage.ts';
import type { Breakages } from '../breakages.ts';
import type { Sampler } from '../seen/sampler.ts';
import { createDecisionFeed, nameOfAction, topicScores } from './decision-feed.ts';
import { createEventStream } from './event-stream.ts';
import { readPageFiles } from './files.ts';
import { RefusedRequest } from './guard.ts';
import { createModerator, ModerationRefused } from './moderate.ts';
import {
  breakRequest,
  burstRequest,
  InvalidRequest,
  moderateRequest,
  parseRequest,
  repairRequest,
} from './requests.ts';
import { startConsoleServer } from './server.ts';
import type { Moderated, Welcome } from './wire.ts';

export interface ConsoleOptions {
  /** The port that is tried first; 0 takes any. */
  readonly port: number;
  readonly sampler: Sampler;
  readonly breakages: Breakages;
  readonly about: Omit<Welcome, 'points' | 'everyMs'>;
  /** The synchronous endpoints, those first that should be asked first. */
  readonly endpoints: () => readonly string[];
  /** Publishes so many events at once; answers how many there were. */
  readonly burst: (count: number) => Promise<number>;
  readonly ways: Parameters<typeof parseBreakage>[1];
}

/** The live console. Disposing of it ends it at once, whoever looks at it. */
export interface Console extends AsyncDisposable {
  readonly address: string;
  /** What was published, for the titles of decisions. */
  published(messageId: string, data: Buffer): void;
  decided(decision: Decision, messageId: string): void;
}

const FEED_MS = 1_000;

/** @throws Error when it can't be served */
export async function startConsole(options: ConsoleOptions): Promise<Console> {
  const { sampler, breakages, about, endpoints, burst, ways } = options;
  await using starting = new AsyncDisposableStack();
  const feed = createDecisionFeed();
  const stream = starting.use(createEventStream());
  const moderator = starting.use(createModerator());

  const actions = new Map<string, (body: unknown) => Promise<unknown>>([
    [
      '/switches/break',
      async (body) => {
        const { part, how } = parseRequest(breakRequest, body);
        await breakages.break(breakageOf(part, how));
      },
    ],
    [
      '/switches/repair',
      async (body) => {
        const { part } = parseRequest(repairRequest, body);
        if (!ways.has(part))
          throw invalid('part', `There is no part "${part}"; there are: ${[...ways.keys()].join(', ')}.`);
        await breakages.repair(part);
      },
    ],
    ['/burst', async (body) => ({ published: await burstOf(parseRequest(burstRequest, body).count) })],
    [
      '/moderate',
      async (body) => {
        const item = parseRequest(moderateRequest, body);
        const [endpoint] = endpoints();
        return moderated(async () => {
          const decision = await moderator.moderate(item, endpoint!);
          // Its late decision, if any, knows only the item's id.
          feed.published(decision.itemId, Buffer.from(JSON.stringify({ item: { title: item.title } })));
          return decision;
        });
      },
    ],
  ]);
  let isBursting = false;
  async function burstOf(count: number): Promise<number> {
    if (isBursting) throw new RefusedRequest(409, 'a burst is being sent already');
    isBursting = true;
    try {
      return await burst(count);
    } finally {
      isBursting = false;
    }
  }
  function breakageOf(part: string, how: string): ReturnType<typeof parseBreakage> {
    try {
      return parseBreakage(`${part}=${how}`, ways);
    } catch (error) {
      throw invalid('how', (error as Error).message);
    }
  }

  const server = starting.use(
    await startConsoleServer({
      port: options.port,
      files: readPageFiles(),
      actions,
      onListener(response, headers) {
        if (!stream.add(response, headers)) return false;
        stream.send('welcome', { ...about, points: sampler.points, everyMs: FEED_MS }, response);
        stream.send('switches', breakages.read(), response);
        const point = sampler.points.at(-1);
        if (sampler.latest && point) stream.send('moment', { moment: sampler.latest, point }, response);
        stream.send('decisions', { rows: feed.latest, of: feed.latest.length }, response);
        return true;
      },
    }),
  );
  starting.defer(sampler.onMoment((moment, point) => stream.send('moment', { moment, point })));
  starting.defer(breakages.onChange(() => stream.send('switches', breakages.read())));
  const timer = setInterval(() => stream.send('decisions', feed.take()), FEED_MS);
  starting.defer(() => clearInterval(timer));

  const running = starting.move();
  return {
    address: `http://127.0.0.1:${server.port}`,
    published: feed.published,
    decided: (decision, messageId) => feed.decided(decision, messageId, Date.now()),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function invalid(field: string, message: string): InvalidRequest {
  return new InvalidRequest(message, [{ field, message }]);
}

async function moderated(ask: () => Promise<Decision>): Promise<Moderated> {
  try {
    const decision = await ask();
    return { decision: { action: nameOfAction(decision.action), topics: topicScores(decision) } };
  } catch (error) {
    if (!(error instanceof ModerationRefused)) throw error;
    return { refused: { code: error.code, error: error.message, faults: error.faults } };
  }
}

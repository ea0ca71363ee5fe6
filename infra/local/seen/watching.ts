import type { Decision } from '../../../proto/generated/moderation/v1/moderation.ts';
import { type How, waysToBreak } from '../breakage.ts';
import type { Breakages } from '../breakages.ts';
import type { LocalOptions } from '../command.ts';
import { type Console, startConsole } from '../console/console.ts';
import { MODELS, proxyNames, type Stack } from '../stack.ts';
import type { FirstWords } from './first-words.ts';
import type { LiveLine } from './live-line.ts';
import { startSampler } from './sampler.ts';
import { paintFor, startStatus } from './status.ts';

export interface WatchingOptions {
  readonly stack: Stack;
  readonly options: Pick<LocalOptions, 'console' | 'rate' | 'replicas'>;
  readonly ways: ReadonlyMap<string, readonly How[]>;
  readonly firstWords: FirstWords;
  readonly breakages: Breakages;
  readonly live: LiveLine;
  /** Publishes so many events at once; answers how many there were. */
  readonly burst: (count: number) => Promise<number>;
}

/** All that people see of a running stack: the status line and the console, of one sampler. */
export interface Watching extends AsyncDisposable {
  published(messageId: string, data: Buffer): void;
  decided(decision: Decision, messageId: string): void;
}

/** @throws Error when the console was asked for and can't be served */
export async function startWatching(watched: WatchingOptions): Promise<Watching> {
  const { stack, options, ways, firstWords, breakages, live, burst } = watched;
  await using starting = new AsyncDisposableStack();
  const names = proxyNames(options.replicas);
  const replicas = stack.replicas.map((replica, index) => ({
    name: names[index]!,
    figures: () => replica.figures(),
  }));
  const sampler = starting.use(startSampler({ replicas, models: MODELS, firstWords }));
  starting.use(startStatus(sampler, live, paintFor(process.stdout)));

  let page: Console | undefined;
  if (options.console !== false) {
    const isWhole = (name: string) => breakages.read().parts.find(({ part }) => part === name)?.state === 'whole';
    page = starting.use(
      await startConsole({
        port: options.console,
        sampler,
        breakages,
        ways,
        burst,
        about: {
          models: MODELS,
          replicas: names,
          rate: options.rate,
          store: stack.parts.has('redis') ? 'Redis' : 'memory',
        },
        endpoints: () =>
          stack.replicas
            .map(({ grpc }, index) => ({ grpc, isWhole: isWhole(names[index]!) }))
            .sort((a, b) => Number(b.isWhole) - Number(a.isWhole))
            .map(({ grpc }) => grpc),
      }),
    );
    live.say(`console    ${page.address}`);
  }
  const running = starting.move();
  return {
    published: (messageId, data) => page?.published(messageId, data),
    decided: (decision, messageId) => page?.decided(decision, messageId),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** What this stack has of its own that can be broken, and how. */
export async function breakableParts(stack: Stack, replicas: number): Promise<ReadonlyMap<string, readonly How[]>> {
  const isEmbedded = (await stack.misdeeds()) !== undefined;
  const all = waysToBreak(MODELS, proxyNames(replicas));
  return new Map([...all].filter(([part]) => (part === 'pubsub' ? isEmbedded : stack.parts.has(part))));
}

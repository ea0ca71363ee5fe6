import { z } from 'zod';
import { type NodeService, type NodeServiceOptions, startNodeService } from '../../../infra/servers/node-service.ts';
import { connectInspector, inspectorOf } from './inspector.ts';
import { threadSeconds } from './threads.ts';

/** What a program did for a while. */
export interface Recording {
  /** The CPU profile of its main thread, as a .cpuprofile has it. */
  readonly profile: string;
  /** CPU that its threads used meanwhile, in seconds, by their names; those that used none are left out. */
  readonly threads: ReadonlyMap<string, number>;
}

/** A program that can be recorded. Disposing of it stops it. */
export interface RecordedProgram extends AsyncDisposable {
  readonly service: NodeService;
  /** Rejects when it has ended, with its last words. */
  readonly ended: Promise<never>;
  /**
   * Records while something is done.
   *
   * @throws Error when the program ends meanwhile, or its inspector does not answer in time
   */
  record(act: () => Promise<void>): Promise<Recording>;
}

/** Often enough for a table of a few seconds of work, and seldom enough to be cheap. */
const SAMPLE_EVERY_MICROS = 500;

/** Starts a program of this repository as it is, with Node's inspector on a free port of 127.0.0.1. */
export async function startRecorded(options: NodeServiceOptions): Promise<RecordedProgram> {
  let url: string | undefined;
  await using starting = new AsyncDisposableStack();
  const service = starting.use(
    await startNodeService({
      ...options,
      nodeArgs: ['--inspect=127.0.0.1:0', ...(options.nodeArgs ?? [])],
      onLine(line, stream) {
        url ??= inspectorOf(line);
        options.onLine?.(line, stream);
      },
    }),
  );
  if (!url) throw new Error(`${options.name} has not said where its inspector listens`);
  // Disposed of first: a program that ends waits for whoever is connected to its inspector.
  const inspector = starting.use(await connectInspector(url, options.signal));
  await inspector.ask('Profiler.enable');
  await inspector.ask('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_MICROS });
  const ended = service.exited.then(({ code, signal }): never => {
    const why = signal ?? `exit code ${code}`;
    throw new Error(`${options.name} has ended (${why}); its last output:\n${service.lastOutput() || '(none)'}`);
  });
  ended.catch(() => {});
  const running = starting.move();
  return {
    service,
    ended,
    async record(act) {
      await inspector.ask('Profiler.start');
      const before = await threadSeconds(service.pid);
      await Promise.race([act(), ended]);
      const after = await threadSeconds(service.pid);
      const { profile } = stopped.parse(await inspector.ask('Profiler.stop'));
      const used = [...after].map(([name, seconds]) => [name, seconds - (before.get(name) ?? 0)] as const);
      return { profile: JSON.stringify(profile), threads: new Map(used.filter(([, seconds]) => seconds > 0)) };
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

const stopped = z.object({ profile: z.unknown() });

import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { type Exit, StartError } from '../servers/child-process.ts';
import type { ListeningLine, NodeService } from '../servers/node-service.ts';

/** A process of the stack that can be broken, and comes back on its old address. */
export interface Part {
  /** Of the process that runs now, or ran last. */
  readonly pid: number;
  /** Ends it at once (SIGKILL). */
  kill(): Promise<unknown>;
  /** Starts it again on its old address; one that still runs is let drain first. When it was disposed of: nothing. */
  restart(): Promise<void>;
  /** Stops it from running (SIGSTOP): its connections stay, and nothing answers. */
  freeze(): void;
  /** Ends a freeze (SIGCONT). */
  thaw(): void;
}

/** A program of this repository as a part. Disposing of it stops it, frozen or not. */
export interface ServicePart extends Part, AsyncDisposable {
  /** The line of the process that runs now, or ran last. */
  readonly ready: ListeningLine;
}

export interface ServicePartOptions {
  /** Starts the program: on any address or, when it was there before, on that of its line from then. */
  readonly start: (before: ListeningLine | undefined) => Promise<NodeService>;
  /** Told when the process has ended although nobody asked it to. */
  readonly onUnexpectedExit?: (exit: Exit) => void;
}

/**
 * How long a restart is tried for, in milliseconds: a port just left can be taken for an instant by an outgoing
 * connection of any program.
 */
const RESTART_MS = 10_000;
const RESTART_PAUSE_MS = 250;

/** @throws StartError when it does not start */
export async function startServicePart({ start, onUnexpectedExit }: ServicePartOptions): Promise<ServicePart> {
  let current = follow(await start(undefined));
  /** Its end is wished for, and nothing to tell: it is killed, restarted or disposed of. */
  let isEnding = false;
  /** For good: what a restart that is under way has started is stopped again. */
  let isDisposed = false;
  // Two processes can't have one address.
  const oneAtATime = pLimit(1);

  function follow(started: NodeService): NodeService {
    void started.exited.then((exit) => {
      if (started === current && !isEnding) onUnexpectedExit?.(exit);
    });
    return started;
  }

  async function startAgain(): Promise<NodeService> {
    const giveUpAtMs = Date.now() + RESTART_MS;
    for (;;) {
      try {
        return await start(current.ready);
      } catch (error) {
        if (!(error instanceof StartError) || isDisposed || Date.now() >= giveUpAtMs) throw error;
        await sleep(RESTART_PAUSE_MS);
      }
    }
  }

  return {
    get pid() {
      return current.pid;
    },
    get ready() {
      return current.ready;
    },
    kill() {
      isEnding = true;
      current.kill('SIGKILL');
      return current.exited;
    },
    restart: () =>
      oneAtATime(async () => {
        if (isDisposed) return;
        isEnding = true;
        await current.stop();
        if (isDisposed) return;
        current = follow(await startAgain());
        isEnding = isDisposed;
      }),
    freeze: () => void current.kill('SIGSTOP'),
    thaw: () => void current.kill('SIGCONT'),
    async [Symbol.asyncDispose]() {
      isDisposed = true;
      isEnding = true;
      // After a restart that is under way: what that has started is what there is to stop.
      await oneAtATime(() => current.stop());
    },
  };
}

/** The port of an address such as `127.0.0.1:50051`, as options take it. */
export function portOf(address: unknown): string {
  return String(address).slice(String(address).lastIndexOf(':') + 1);
}

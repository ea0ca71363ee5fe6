import { z } from 'zod';

/** Where a program's inspector listens, by the line on standard error in which Node says so. */
export function inspectorOf(line: string): string | undefined {
  return /^Debugger listening on (ws:\S+)$/.exec(line)?.[1];
}

const answer = z.object({
  id: z.number().optional(),
  result: z.unknown().optional(),
  error: z.object({ message: z.string() }).optional(),
});

/** A connection to the inspector of a program. Disposing of it closes it. */
export interface Inspector extends Disposable {
  /** @throws Error when it refuses, does not answer in time, or the program has ended */
  ask(method: string, params?: object): Promise<unknown>;
}

interface Question {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** For one answer: that to the end of a recording holds all of it. */
const ANSWER_MS = 30_000;

/**
 * Connects to the inspector of a program of Node.
 *
 * @param url as {@link inspectorOf} finds it
 * @param signal ends whatever is waited for
 * @see https://chromedevtools.github.io/devtools-protocol/v8/
 */
export async function connectInspector(url: string, signal: AbortSignal | undefined): Promise<Inspector> {
  const socket = new WebSocket(url);
  const asked = new Map<number, Question>();
  let lastId = 0;
  const { promise: opened, resolve: open, reject: refuse } = Promise.withResolvers<void>();
  opened.catch(() => {});
  socket.addEventListener('open', () => open());
  socket.addEventListener('close', () => {
    const gone = new Error('the inspector has closed the connection: the program has ended');
    refuse(gone);
    for (const { reject } of asked.values()) reject(gone);
    asked.clear();
  });
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error } = answer.parse(JSON.parse(String(data)));
    const question = asked.get(id ?? 0);
    if (!question) return; // An event, which nobody waits for.
    asked.delete(id!);
    if (error) question.reject(new Error(`the inspector refuses: ${error.message}`));
    else question.resolve(result);
  });
  const inspector: Inspector = {
    async ask(method, params = {}) {
      if (socket.readyState !== WebSocket.OPEN) throw new Error('the program has ended, and its inspector with it');
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      const id = ++lastId;
      asked.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, method, params }));
      try {
        return await within(promise, `${method} of the inspector`, signal);
      } finally {
        asked.delete(id);
      }
    },
    [Symbol.dispose]: () => socket.close(),
  };
  try {
    await within(opened, 'connecting to the inspector', signal);
    return inspector;
  } catch (error) {
    socket.close();
    throw error;
  }
}

/** @throws Error when it takes too long; the signal's reason when that is aborted first */
async function within<Result>(
  promise: Promise<Result>,
  what: string,
  signal: AbortSignal | undefined,
): Promise<Result> {
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const onAbort = () => reject(signal?.reason);
  const late = setTimeout(() => reject(new Error(`${what} took longer than ${ANSWER_MS / 1_000} s`)), ANSWER_MS);
  signal?.addEventListener('abort', onAbort, { once: true });
  try {
    signal?.throwIfAborted();
    return await Promise.race([promise, ended]);
  } finally {
    clearTimeout(late);
    signal?.removeEventListener('abort', onAbort);
  }
}

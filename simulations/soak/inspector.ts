/**
 * A Node process that was started with `--inspect=127.0.0.1:0`, seen from outside through the Chrome DevTools Protocol:
 * so its heap can be looked at after a garbage collection without any code of its own for that.
 */
export interface Inspector extends Disposable {
  /**
   * Evaluates an expression in the process and answers its value, which must be JSON.
   *
   * @throws Error when the process does not answer in time, or the expression throws
   */
  evaluate<Value>(expression: string): Promise<Value>;
}

const ANSWER_MS = 5_000;

/** The address in the line by which Node says that its inspector listens; undefined in any other line. */
export function inspectorAddress(line: string): string | undefined {
  return /^Debugger listening on (ws:\/\/\S+)/.exec(line)?.[1];
}

/** @throws Error when nothing answers at the address in time */
export async function connectInspector(address: string): Promise<Inspector> {
  const socket = new WebSocket(address);
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let requests = 0;

  const ended = () => {
    for (const { reject } of waiting.values()) reject(new Error(`the inspector at ${address} has hung up`));
    waiting.clear();
  };
  socket.addEventListener('close', ended);
  socket.addEventListener('message', ({ data }) => {
    const answer = JSON.parse(String(data)) as Answer;
    const request = answer.id === undefined ? undefined : waiting.get(answer.id);
    if (!request) return; // An event: nobody has asked for it.
    waiting.delete(answer.id!);
    const fault = answer.error?.message ?? answer.result?.exceptionDetails?.exception?.description;
    if (fault === undefined) request.resolve(answer.result?.result?.value);
    else request.reject(new Error(`the inspector at ${address}: ${fault}`));
  });
  await opened(socket, address);

  return {
    async evaluate<Value>(expression: string) {
      if (socket.readyState !== WebSocket.OPEN) throw new Error(`the inspector at ${address} has hung up`);
      const id = ++requests;
      const request = Promise.withResolvers<unknown>();
      waiting.set(id, request);
      const timer = setTimeout(() => {
        waiting.delete(id);
        request.reject(new Error(`the inspector at ${address} has not answered within ${ANSWER_MS} ms`));
      }, ANSWER_MS);
      try {
        socket.send(JSON.stringify({ id, method: 'Runtime.evaluate', params: { expression, returnByValue: true } }));
        return (await request.promise) as Value;
      } finally {
        clearTimeout(timer);
      }
    },
    [Symbol.dispose]: () => socket.close(),
  };
}

/** What of an answer concerns us: https://chromedevtools.github.io/devtools-protocol/v8/Runtime/#method-evaluate */
interface Answer {
  readonly id?: number;
  readonly error?: { readonly message: string };
  readonly result?: {
    readonly result?: { readonly value?: unknown };
    readonly exceptionDetails?: { readonly exception?: { readonly description?: string } };
  };
}

function opened(socket: WebSocket, address: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const fail = () => {
    reject(new Error(`no inspector answers at ${address}`));
    socket.close();
  };
  const timer = setTimeout(fail, ANSWER_MS);
  socket.addEventListener('open', () => resolve());
  socket.addEventListener('error', fail);
  return promise.finally(() => clearTimeout(timer));
}

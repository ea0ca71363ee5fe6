import { type handleUnaryCall, type ServerUnaryCall, status } from '@grpc/grpc-js';
import type { Logger } from 'pino';

/** What a method may want to know of the call that it answers. */
export interface CallContext {
  /** Aborted when the caller has gone or its deadline has passed, unless the call was answered before. */
  readonly signal: AbortSignal;
  /** When the caller stops waiting: milliseconds since the epoch, or Infinity. */
  readonly deadlineMs: number;
}

/** A unary RPC as a plain function: it answers, or throws an {@link RpcError}. */
export type UnaryMethod<Request, Response> = (request: Request, call: CallContext) => Promise<Response>;

/** An answer that is a gRPC status other than OK. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  /** One of gRPC's status codes, 1 to 16. */
  readonly code: number;

  constructor(code: number, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

// One object for all: an abort without a reason would build an exception with a stack for every call that is given up.
const givenUp = new RpcError(status.CANCELLED, 'the caller has given up');

/**
 * Serves a plain function as a grpc-js handler. What it throws that is no {@link RpcError} is logged and answered as
 * INTERNAL, without its message: that may hold what is not the caller's to see.
 */
export function serveUnary<Request, Response>(
  method: UnaryMethod<Request, Response>,
  log: Logger,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const caller = new AbortController();
    let answered = false;
    // grpc-js emits this at the end of every call, the answered ones as well.
    call.once('cancelled', () => {
      if (!answered) caller.abort(givenUp);
    });
    method(call.request, { signal: caller.signal, deadlineMs: deadlineOf(call) }).then(
      (response) => {
        answered = true;
        callback(null, response);
      },
      (error: unknown) => {
        answered = true;
        callback(toStatus(error, call, log));
      },
    );
  };
}

function deadlineOf(call: Pick<ServerUnaryCall<unknown, unknown>, 'getDeadline'>): number {
  const deadline = call.getDeadline();
  return typeof deadline === 'number' ? deadline : deadline.getTime();
}

function toStatus(
  error: unknown,
  call: Pick<ServerUnaryCall<unknown, unknown>, 'getPath'>,
  log: Logger,
): { code: number; details: string } {
  // A lone surrogate in the details would throw inside grpc-js.
  if (error instanceof RpcError) return { code: error.code, details: error.message.toWellFormed() };
  log.error({ event: 'method-failed', method: call.getPath(), err: error });
  return { code: status.INTERNAL, details: 'the server failed to answer; its log says why' };
}

import { type handleUnaryCall, Metadata, type ServerUnaryCall, status } from '@grpc/grpc-js';
import type { Logger } from 'pino';
import { RpcError } from '../../grpc/unary.ts';
import { BrokerError } from '../broker/broker.ts';
import { AckFailure } from './ack-failures.ts';

export interface StatusAnswer {
  readonly code: number;
  readonly details: string;
  readonly metadata: Metadata;
}

/** What is answered for something thrown. What nobody foresaw is logged and answered as INTERNAL. */
export function toStatus(error: unknown, method: string, log: Logger): StatusAnswer {
  if (error instanceof BrokerError || error instanceof RpcError) {
    const metadata = error instanceof AckFailure ? error.metadata : new Metadata();
    return { code: error.code, details: error.message.toWellFormed(), metadata };
  }
  log.error({ event: 'method-failed', method, err: error });
  const details = 'the embedded Pub/Sub failed to answer; its log says why';
  return { code: status.INTERNAL, details, metadata: new Metadata() };
}

type Call<Request> = Pick<ServerUnaryCall<Request, unknown>, 'request' | 'cancelled' | 'once'>;

/**
 * Serves a method as a grpc-js handler; most answer at once, without a turn of the event loop.
 *
 * @param done called after each call: something may have become due earlier
 */
export function answering(
  log: Logger,
  done: () => void,
): <Request, Response>(
  method: (request: Request, call: Call<Request>) => Response | Promise<Response>,
) => handleUnaryCall<Request, Response> {
  return (method) => (call, callback) => {
    const fail = (error: unknown): void => callback(toStatus(error, call.getPath(), log));
    try {
      const answer = method(call.request, call);
      if (answer instanceof Promise) answer.then((response) => callback(null, response), fail).finally(done);
      else callback(null, answer);
    } catch (error) {
      fail(error);
    } finally {
      done();
    }
  };
}

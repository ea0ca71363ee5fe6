import { type CallOptions, type ClientUnaryCall, Metadata, type ServiceError } from '@grpc/grpc-js';

type Invoke<Request, Response> = (
  request: Request,
  metadata: Metadata,
  options: Partial<CallOptions>,
  callback: (error: ServiceError | null, response: Response) => void,
) => ClientUnaryCall;

/**
 * Makes one unary call, for example `callUnary(client.getLoad.bind(client), {}, { timeoutMs: 1000 })`.
 *
 * @throws ServiceError, as a rejection: whatever status the server or the channel ends the call with,
 *   DEADLINE_EXCEEDED after `timeoutMs`.
 */
export function callUnary<Request, Response>(
  invoke: Invoke<Request, Response>,
  request: Request,
  { timeoutMs, signal }: { readonly timeoutMs: number; readonly signal?: AbortSignal },
): Promise<Response> {
  return new Promise((resolve, reject) => {
    const cancel = (): void => call.cancel();
    const call = invoke(request, new Metadata(), { deadline: Date.now() + timeoutMs }, (error, response) => {
      signal?.removeEventListener('abort', cancel);
      if (error) reject(error);
      else resolve(response);
    });
    if (signal?.aborted) cancel();
    else signal?.addEventListener('abort', cancel, { once: true });
  });
}

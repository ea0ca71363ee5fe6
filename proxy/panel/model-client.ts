import { type ChannelCredentials, Client, connectivityState, Metadata, type ServiceError, status } from '@grpc/grpc-js';
import { REPLICATED_SERVICE } from '../../infra/grpc/channel-options.ts';
import type { TraceHeaders } from '../../infra/telemetry/trace-context.ts';
import { type Encoder, encoded, lengthDelimited } from '../../proto/encoding.ts';
import { ModelServiceService, type PredictResponse } from '../../proto/generated/moderation/v1/model.ts';

/** A call as a whole that came to nothing. */
export class CallError extends Error {
  override name = 'CallError';
  /** A gRPC status code. */
  readonly code: number;

  constructor(code: number, details: string, options?: ErrorOptions) {
    super(`${status[code] ?? code}: ${details}`, options);
    this.code = code;
  }
}

export interface ModelClient {
  /**
   * Asks for inputs that are encoded already. An empty call is answered with the model's version. A trace context goes
   * along as metadata.
   *
   * @throws CallError always that, and at the latest after `timeoutMs` milliseconds
   */
  predict(inputs: readonly Uint8Array[], timeoutMs: number, trace?: TraceHeaders): Promise<PredictResponse>;
  close(): void;
}

/** A channel that has not become ready for this long is thrown away: it may hang (grpc-node#2785). */
const RECREATE_AFTER_MS = 10_000;

const CHANNEL_OPTIONS = {
  ...REPLICATED_SERVICE,
  'grpc.keepalive_time_ms': 30_000,
  'grpc.keepalive_timeout_ms': 5_000,
  // An answer is a few bytes per input.
  'grpc.max_receive_message_length': 4 * 1_048_576,
};

export function createModelClient(
  target: string,
  credentials: ChannelCredentials,
  now: () => number = performance.now.bind(performance),
): ModelClient {
  const connect = () => new Client(target, credentials, CHANNEL_OPTIONS);
  let client = connect();
  let notReadySinceMs: number | undefined;

  /** After a fault: keeps watch on how long the channel has been without a connection. */
  function watchChannel(): void {
    if (client.getChannel().getConnectivityState(true) === connectivityState.READY) {
      notReadySinceMs = undefined;
      return;
    }
    notReadySinceMs ??= now();
    if (now() - notReadySinceMs < RECREATE_AFTER_MS) return;
    client.close();
    client = connect();
    notReadySinceMs = undefined;
  }

  const { path, responseDeserialize } = ModelServiceService.predict;
  return {
    predict(inputs, timeoutMs, trace) {
      const request: Request = { inputs };
      return new Promise((resolve, reject) => {
        const options = { deadline: Date.now() + timeoutMs };
        const answered = (error: ServiceError | null, response?: PredictResponse) => {
          if (response) {
            notReadySinceMs = undefined;
            resolve(response);
            return;
          }
          watchChannel();
          reject(new CallError(error?.code ?? status.INTERNAL, error?.details ?? 'no response', { cause: error }));
        };
        try {
          const metadata = metadataOf(trace);
          client.makeUnaryRequest(path, encodeRequest, responseDeserialize, request, metadata, options, answered);
        } catch (cause) {
          // Of a client that was closed, for example.
          reject(new CallError(status.UNAVAILABLE, cause instanceof Error ? cause.message : String(cause), { cause }));
        }
      });
    },
    close: () => client.close(),
  };
}

function metadataOf(trace: TraceHeaders | undefined): Metadata {
  const metadata = new Metadata();
  if (trace) for (const [name, value] of Object.entries(trace)) metadata.set(name, value);
  return metadata;
}

/** What the client keeps of a call for as long as it keeps the call, which is beyond its end. */
interface Request {
  inputs: readonly Uint8Array[];
}

/** A PredictRequest of inputs that are encoded already: field 1, repeated, length-delimited. */
const ENCODED_INPUTS: Encoder<readonly Uint8Array[]> = {
  encode(inputs, writer) {
    for (const input of inputs) writer.uint32(lengthDelimited(1)).bytes(input);
  },
};

/** Its inputs are let go of. */
function encodeRequest(request: Request): Buffer {
  const { inputs } = request;
  request.inputs = [];
  return encoded(ENCODED_INPUTS, inputs);
}

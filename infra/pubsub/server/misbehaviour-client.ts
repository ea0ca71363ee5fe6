import { credentials } from '@grpc/grpc-js';
import {
  type DeepPartial,
  type GetCountsResponse,
  MisbehaviourServiceClient,
  SetMisbehaviourRequest,
} from '../../../proto/generated/pubsub/v1/misbehaviour.ts';
import { callUnary } from '../../grpc/call.ts';

/** The misbehaviour switch of an embedded Pub/Sub that was started with `--misbehave`. */
export interface MisbehaviourSwitch extends Disposable {
  /**
   * Replaces what is in force; `{}` ends it all. Resolves when it is in force.
   *
   * @throws ServiceError, as a rejection: INVALID_ARGUMENT names every field at fault.
   */
  setMisbehaviour(misbehaviour: DeepPartial<SetMisbehaviourRequest>): Promise<void>;
  /** Cuts every open stream once; answers how many there were. */
  cutStreams(): Promise<number>;
  getCounts(): Promise<GetCountsResponse>;
}

/**
 * Connects to the embedded Pub/Sub at `address`, `host:port`; the first call tells whether anyone is there.
 *
 * @param timeoutMs the deadline of each call
 */
export function connectMisbehaviour(address: string, { timeoutMs = 5_000 } = {}): MisbehaviourSwitch {
  const client = new MisbehaviourServiceClient(address, credentials.createInsecure());
  return {
    async setMisbehaviour(misbehaviour) {
      const request = SetMisbehaviourRequest.fromPartial(misbehaviour);
      await callUnary(client.setMisbehaviour.bind(client), request, { timeoutMs });
    },
    async cutStreams() {
      const { streams } = await callUnary(client.cutStreams.bind(client), {}, { timeoutMs });
      return streams;
    },
    getCounts: () => callUnary(client.getCounts.bind(client), {}, { timeoutMs }),
    [Symbol.dispose]: () => client.close(),
  };
}

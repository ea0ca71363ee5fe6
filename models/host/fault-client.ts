import { credentials } from '@grpc/grpc-js';
import { callUnary } from '../../infra/grpc/call.ts';
import { type DeepPartial, FaultServiceClient, SetFaultsRequest } from '../../proto/generated/models/v1/faults.ts';
import type { Load } from './load-meter.ts';

/** The fault switch of a model host that was started with `--faults`. */
export interface FaultSwitch extends Disposable {
  /**
   * Replaces the faults in force; `{}` ends them all. Resolves when they are in force.
   *
   * @throws ServiceError, as a rejection: INVALID_ARGUMENT names every field at fault.
   */
  setFaults(faults: DeepPartial<SetFaultsRequest>): Promise<void>;
  getLoad(): Promise<Load>;
}

/**
 * Connects to the fault switch at `address`, `host:port`; the first call tells whether anyone is there.
 *
 * @param timeoutMs the deadline of each call; the default leaves time for a port that is slow to become free
 */
export function connectFaults(address: string, { timeoutMs = 5_000 } = {}): FaultSwitch {
  const client = new FaultServiceClient(address, credentials.createInsecure());
  return {
    async setFaults(faults) {
      await callUnary(client.setFaults.bind(client), SetFaultsRequest.fromPartial(faults), { timeoutMs });
    },
    getLoad: () => callUnary(client.getLoad.bind(client), {}, { timeoutMs }),
    [Symbol.dispose]: () => client.close(),
  };
}

import type { ClientOptions } from '@grpc/grpc-js';

/** How the proxy keeps in touch with a service of several replicas: its models, its catalogue. */
export const REPLICATED_SERVICE: ClientOptions = {
  // Every replica gets its part.
  'grpc.service_config': JSON.stringify({ loadBalancingConfig: [{ round_robin: {} }] }),
  // A service that is back is noticed within a second; gRPC's own choice is up to two minutes.
  'grpc.initial_reconnect_backoff_ms': 100,
  'grpc.max_reconnect_backoff_ms': 1_000,
};

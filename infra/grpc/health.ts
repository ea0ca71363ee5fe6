import type { Server, ServerWritableStream, UntypedServiceImplementation } from '@grpc/grpc-js';
import { HealthImplementation } from 'grpc-health-check';

/** `grpc.health.v1` for a set of services and, under the empty name, for the server as a whole. */
export interface Health {
  addTo(server: Server): void;
  /** Tells NOT_SERVING from now on and ends the open watches, which would keep the server from closing. */
  stopServing(): void;
}

export function createHealth(serviceNames: readonly string[]): Health {
  const names = ['', ...serviceNames];
  const health = new HealthImplementation(Object.fromEntries(names.map((name) => [name, 'SERVING'])));
  const watches = new Set<ServerWritableStream<unknown, unknown>>();

  return {
    addTo(server) {
      health.addToServer({
        addService: (definition, implementation: UntypedServiceImplementation) =>
          server.addService(definition, { ...implementation, watch: rememberCall(implementation['watch'], watches) }),
      });
    },
    stopServing() {
      for (const name of names) health.setStatus(name, 'NOT_SERVING');
      for (const watch of watches) watch.end();
    },
  };
}

type WatchHandler = (call: ServerWritableStream<unknown, unknown>) => void;

function rememberCall(
  handler: UntypedServiceImplementation[string] | undefined,
  calls: Set<ServerWritableStream<unknown, unknown>>,
): WatchHandler {
  return (call) => {
    calls.add(call);
    call.once('cancelled', () => calls.delete(call));
    (handler as WatchHandler)(call);
  };
}

import { status } from '@grpc/grpc-js';
import pLimit from 'p-limit';
import type { Logger } from 'pino';
import { type GrpcServer, startGrpcServer } from '../../infra/grpc/server.ts';
import { RpcError, serveUnary, type UnaryMethod } from '../../infra/grpc/unary.ts';
import {
  FaultServiceService,
  type GetLoadRequest,
  type GetLoadResponse,
  SetFaultsRequest,
  type SetFaultsResponse,
} from '../../proto/generated/models/v1/faults.ts';
import type { FaultInjector } from './fault-injector.ts';
import { faultRequestProblems } from './fault-request.ts';
import type { Load } from './load-meter.ts';

export interface FaultServerOptions {
  /** 0 takes a free one. */
  readonly port: number;
  readonly injector: FaultInjector;
  /** The server that goes down and comes back. */
  readonly model: Pick<GrpcServer, 'hangUp' | 'listen'>;
  readonly load: () => Load;
  readonly log: Logger;
}

/**
 * The fault switch, on a port of its own. It listens on 127.0.0.1 whatever the model's address is, because it asks
 * nobody who they are.
 *
 * @throws AddressError
 */
export async function startFaultServer(options: FaultServerOptions): Promise<GrpcServer> {
  const { injector, model, load, log, port } = options;
  // One change at a time: a repair must not overtake the fault that it repairs.
  const oneAtATime = pLimit(1);

  const setFaults: UnaryMethod<SetFaultsRequest, SetFaultsResponse> = async (request) => {
    const problems = faultRequestProblems(request);
    if (problems.length > 0) throw new RpcError(status.INVALID_ARGUMENT, problems.join('; '));
    await oneAtATime(async () => {
      if (request.down) await model.hangUp();
      else await listenAgain(model);
      injector.replace(request);
    });
    log.warn({ event: 'faults', faults: SetFaultsRequest.toJSON(request) });
    return {};
  };
  const getLoad: UnaryMethod<GetLoadRequest, GetLoadResponse> = async () => load();

  return startGrpcServer({
    host: '127.0.0.1',
    port,
    services: [
      {
        name: 'models.v1.FaultService',
        protoFile: 'models/v1/faults.proto',
        definition: FaultServiceService,
        implementation: { setFaults: serveUnary(setFaults, log), getLoad: serveUnary(getLoad, log) },
      },
    ],
  });
}

async function listenAgain(model: Pick<GrpcServer, 'listen'>): Promise<void> {
  try {
    await model.listen();
  } catch (cause) {
    throw new RpcError(status.UNAVAILABLE, `The model stays down: ${(cause as Error).message}`, { cause });
  }
}

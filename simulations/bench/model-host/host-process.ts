import { credentials } from '@grpc/grpc-js';
import { type NodeService, type NodeServiceOptions, startNodeService } from '../../../infra/servers/node-service.ts';
import { createModelClient, type ModelClient } from '../../../proxy/panel/model-client.ts';
import { type RecordedProgram, startRecorded } from '../profile/recorder.ts';

/** A model's host in a process of its own, and a connection to it. Disposing of it ends both. */
export interface HostProcess extends AsyncDisposable {
  readonly service: NodeService;
  readonly client: ModelClient;
}

export interface HostProcessOptions {
  readonly model: string;
  readonly signal: AbortSignal;
}

/** Starts a model's host as it ships, its figures for Prometheus included. */
export async function startHost(options: HostProcessOptions): Promise<HostProcess> {
  return connected(await startNodeService(serviceOf(options)), (service) => service);
}

/** The same, to be recorded. */
export async function startRecordedHost(
  options: HostProcessOptions,
): Promise<HostProcess & Pick<RecordedProgram, 'record'>> {
  const program = await startRecorded(serviceOf(options));
  return { ...connected(program, ({ service }) => service), record: program.record };
}

function serviceOf({ model, signal }: HostProcessOptions): NodeServiceOptions {
  return {
    name: `the model ${model}`,
    script: 'models/main.ts',
    args: [model, '--port', '0', '--metrics', '0'],
    signal,
  };
}

function connected<Program extends AsyncDisposable>(
  program: Program,
  serviceOf: (program: Program) => NodeService,
): HostProcess {
  const service = serviceOf(program);
  const client = createModelClient(String(service.ready['address']), credentials.createInsecure());
  return {
    service,
    client,
    async [Symbol.asyncDispose]() {
      client.close();
      await program[Symbol.asyncDispose]();
    },
  };
}

import { join } from 'node:path';
import { loadSync, type MessageTypeDefinition, type PackageDefinition } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import { protoPath as healthProto } from 'grpc-health-check';
import { linkDescriptors } from './descriptors.ts';

const protoFolder = join(import.meta.dirname, '../../proto');

/**
 * Server reflection, for grpcurl and the like, read from the contracts in `proto/`.
 *
 * @param protoFiles relative to `proto/`
 * @param serviceNames the services that are served; what else the files declare is not listed
 */
export function createReflection(protoFiles: readonly string[], serviceNames: readonly string[]): ReflectionService {
  // keepCase: the descriptors are to bear the names of the contracts, and not their camel case.
  const contracts = loadSync([...protoFiles], { includeDirs: [protoFolder], keepCase: true });
  const health = loadSync(healthProto, { keepCase: true });
  const services = [...serviceNames, 'grpc.health.v1.Health'];
  return new ReflectionService({ ...linked(contracts), ...linked(health) }, { services });
}

/** One definition stands for all: each message carries the descriptors of all files, and reflection reads only those. */
function linked(definitions: PackageDefinition): PackageDefinition {
  for (const [name, definition] of Object.entries(definitions)) {
    if (!isMessage(definition)) continue;
    return { [name]: { ...definition, fileDescriptorProtos: linkDescriptors(definition.fileDescriptorProtos) } };
  }
  return {};
}

function isMessage(definition: PackageDefinition[string]): definition is MessageTypeDefinition<object, object> {
  return definition['format'] === 'Protocol Buffer 3 DescriptorProto';
}

import { once } from 'node:events';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { create, createFileRegistry, type DescService, fromBinary } from '@bufbuild/protobuf';
import { type FileDescriptorProto, FileDescriptorProtoSchema, FileDescriptorSetSchema } from '@bufbuild/protobuf/wkt';
import { type Client, type ClientDuplexStream, credentials, makeGenericClientConstructor } from '@grpc/grpc-js';
import { loadSync, type ServiceDefinition } from '@grpc/proto-loader';

interface Answer {
  readonly listServicesResponse: { readonly service: readonly { readonly name: string }[] };
  readonly fileDescriptorResponse: { readonly fileDescriptorProto: readonly Buffer[] };
}

/** A client of server reflection that is as strict as grpcurl: it resolves every import and every type. */
export interface Reflected extends Disposable {
  services(): Promise<string[]>;
  describe(service: string): Promise<DescService>;
}

export function connectReflection(address: string): Reflected {
  const library = dirname(createRequire(import.meta.url).resolve('@grpc/reflection/package.json'));
  const contract = loadSync(join(library, 'build/proto/grpc/reflection/v1/reflection.proto'));
  const definition = contract['grpc.reflection.v1.ServerReflection'] as ServiceDefinition;
  const ReflectionClient = makeGenericClientConstructor(definition, 'grpc.reflection.v1.ServerReflection');
  const client = new ReflectionClient(address, credentials.createInsecure()) as unknown as Client & {
    ServerReflectionInfo(): ClientDuplexStream<object, Answer>;
  };

  async function ask(request: object): Promise<Answer> {
    const call = client.ServerReflectionInfo();
    call.write(request);
    const [answer] = (await once(call, 'data')) as [Answer];
    call.end();
    return answer;
  }

  return {
    async services() {
      const { listServicesResponse } = await ask({ listServices: '*' });
      return listServicesResponse.service.map(({ name }) => name);
    },
    async describe(service) {
      const { fileDescriptorResponse } = await ask({ fileContainingSymbol: service });
      const files = fileDescriptorResponse.fileDescriptorProto.map((bytes) =>
        fromBinary(FileDescriptorProtoSchema, bytes),
      );
      const registry = createFileRegistry(create(FileDescriptorSetSchema, { file: importsFirst(files[0]!, files) }));
      return registry.getService(service)!;
    },
    [Symbol.dispose]: () => client.close(),
  };
}

function importsFirst(file: FileDescriptorProto, files: readonly FileDescriptorProto[]): FileDescriptorProto[] {
  const imported = file.dependency.map((name) => {
    const found = files.find((candidate) => candidate.name === name);
    if (!found) throw new Error(`${file.name} imports ${name}, which was not sent`);
    return found;
  });
  return [...new Set([...imported.flatMap((dependency) => importsFirst(dependency, files)), file])];
}

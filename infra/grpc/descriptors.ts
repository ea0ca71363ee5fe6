import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { type DescriptorProto, type FileDescriptorProto, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';

/**
 * Completes file descriptors as proto-loader makes them: it merges the files of a package, forgets their imports and
 * leaves type names relative, and a strict client such as grpcurl refuses that (grpc-node#2595). Here every type name
 * becomes absolute and every file imports those that it needs.
 *
 * @param files encoded FileDescriptorProtos that need nothing outside of them
 * @throws Error when a type is in none of the files
 */
export function linkDescriptors(files: readonly Uint8Array[]): Buffer[] {
  const descriptors = files.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
  const fileOfType = new Map(
    descriptors.flatMap((file) => typeNames(file).map((name): [string, string] => [name, file.name])),
  );
  return descriptors.map((file) => {
    linkFile(file, fileOfType);
    return Buffer.from(toBinary(FileDescriptorProtoSchema, file));
  });
}

function typeNames(file: FileDescriptorProto): string[] {
  const enums = file.enumType.map(({ name }) => `${file.package}.${name}`);
  return [...enums, ...file.messageType.flatMap((message) => namesWithin(message, file.package))];
}

function namesWithin(message: DescriptorProto, scope: string): string[] {
  const name = `${scope}.${message.name}`;
  const enums = message.enumType.map((nested) => `${name}.${nested.name}`);
  return [name, ...enums, ...message.nestedType.flatMap((nested) => namesWithin(nested, name))];
}

function linkFile(file: FileDescriptorProto, fileOfType: ReadonlyMap<string, string>): void {
  const imports = new Set<string>();
  const link = (type: string, scope: string): string => {
    const name = resolve(type, scope, fileOfType);
    imports.add(fileOfType.get(name)!);
    return `.${name}`;
  };
  const linkMessage = (message: DescriptorProto, scope: string): void => {
    const name = `${scope}.${message.name}`;
    for (const field of message.field) if (field.typeName) field.typeName = link(field.typeName, name);
    for (const nested of message.nestedType) linkMessage(nested, name);
  };

  for (const message of file.messageType) linkMessage(message, file.package);
  for (const { method } of file.service) {
    for (const rpc of method) {
      rpc.inputType = link(rpc.inputType, file.package);
      rpc.outputType = link(rpc.outputType, file.package);
    }
  }
  imports.delete(file.name);
  file.dependency = [...imports].sort();
}

/** Looks a name up as protobuf does: in the innermost scope first, then outwards. */
function resolve(type: string, scope: string, known: ReadonlyMap<string, string>): string {
  if (type.startsWith('.')) return type.slice(1);
  const parts = scope.split('.');
  for (let depth = parts.length; depth >= 0; depth -= 1) {
    const name = [...parts.slice(0, depth), type].join('.');
    if (known.has(name)) return name;
  }
  throw new Error(`The contracts name a type that none of them declares: ${type}, in ${scope}.`);
}

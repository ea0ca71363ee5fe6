import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fromBinary } from '@bufbuild/protobuf';
import { type DescriptorProto, type FileDescriptorProto, FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { loadSync, type PackageDefinition } from '@grpc/proto-loader';
import { expect, test } from 'vitest';

const file = 'google/pubsub/v1/pubsub.proto';
const served = readContract(join(import.meta.dirname, '../../../proto'));
const google = readContract(
  packageFolder('@google-cloud/pubsub', 'build/protos'),
  packageFolder('google-gax', 'build/protos'),
);

function packageFolder(name: string, folder: string): string {
  const entry = fileURLToPath(import.meta.resolve(name));
  return join(entry.slice(0, entry.lastIndexOf(join('node_modules', name))), 'node_modules', name, folder);
}

/** Every field of the contract and every method, by full name, as far as they decide what is on the wire. */
function readContract(...includeDirs: string[]): Map<string, string> {
  const definitions: PackageDefinition = loadSync(file, { includeDirs, keepCase: true });
  const facts = new Map<string, string>();
  for (const descriptor of fileDescriptors(definitions)) {
    if (descriptor.package !== 'google.pubsub.v1') continue;
    for (const message of descriptor.messageType) addFields(message, message.name, facts);
    for (const service of descriptor.service) {
      for (const { name, inputType, outputType, clientStreaming, serverStreaming } of service.method) {
        const types = [inputType, outputType].map(lastPart).join(' → ');
        facts.set(`${service.name}.${name}`, `${types} ${Boolean(clientStreaming)} ${Boolean(serverStreaming)}`);
      }
    }
  }
  return facts;
}

function fileDescriptors(definitions: PackageDefinition): FileDescriptorProto[] {
  const message = Object.values(definitions).find((each) => each['format'] === 'Protocol Buffer 3 DescriptorProto');
  const encoded = message?.['fileDescriptorProtos'] as Uint8Array[];
  return encoded.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes));
}

function addFields(message: DescriptorProto, scope: string, facts: Map<string, string>): void {
  for (const { name, number, type, label, typeName } of message.field) {
    facts.set(`${scope}.${name}`, `${number} ${type} ${label} ${lastPart(typeName)}`);
  }
  for (const nested of message.nestedType) addFields(nested, `${scope}.${nested.name}`, facts);
  for (const { name, value } of message.enumType) {
    for (const each of value) facts.set(`${scope}.${name}.${each.name}`, String(each.number));
  }
}

function lastPart(typeName: string): string {
  return typeName.slice(typeName.lastIndexOf('.') + 1);
}

test("all that is served has the numbers and types of Google's contract", () => {
  expect(served.size).toBeGreaterThan(100);
  const same = [...served.keys()].map((name): [string, string | undefined] => [name, google.get(name)]);
  expect(Object.fromEntries(served)).toEqual(Object.fromEntries(same));
});

test("every method of Google's Publisher and Subscriber is there", () => {
  const methods = (contract: Map<string, string>): string[] =>
    [...contract.keys()].filter((name) => /^(Publisher|Subscriber)\./.test(name)).sort();
  expect(methods(served)).toEqual(methods(google));
});

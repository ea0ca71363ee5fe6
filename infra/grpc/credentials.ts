import { readFileSync } from 'node:fs';
import { ServerCredentials } from '@grpc/grpc-js';

/** Names of PEM files. */
export interface TlsFiles {
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/**
 * TLS when both files are named, plain text when neither is.
 *
 * @throws Error when only one is named, or a file can't be read or holds no usable certificate or key.
 */
export function serverCredentials({ cert, key }: TlsFiles): ServerCredentials {
  if (cert === undefined && key === undefined) return ServerCredentials.createInsecure();
  if (cert === undefined || key === undefined) {
    throw new Error(`TLS needs both files: --tls-${cert === undefined ? 'cert' : 'key'} is missing.`);
  }
  const pair = { cert_chain: readPem(cert, '--tls-cert'), private_key: readPem(key, '--tls-key') };
  return ServerCredentials.createSsl(null, [pair]);
}

function readPem(file: string, option: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new Error(`Can't read the file of ${option}: ${(cause as Error).message}.`, { cause });
  }
}

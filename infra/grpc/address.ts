import { createServer, isIPv4, isIPv6 } from 'node:net';

/** An address that can't be listened on; the message names it and says what to do. */
export class AddressError extends Error {
  override readonly name = 'AddressError';
  /** Node's code of the cause, for example EADDRINUSE. */
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** `host:port`, with the brackets that an IPv6 address needs. */
export function formatAddress(host: string, port: number): string {
  return isIPv6(host) ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Whether only programs on this machine can reach a server on that host. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}

/**
 * Listens for an instant, to learn what is wrong with an address: grpc-js tells it only as a sentence, and prints that
 * sentence by itself.
 *
 * @throws AddressError
 */
export async function probeAddress(host: string, port: number): Promise<void> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host, port }, resolve);
    });
  } catch (cause) {
    throw explain(host, port, cause);
  }
  await new Promise((resolve) => server.close(resolve));
}

function explain(host: string, port: number, cause: unknown): AddressError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'UNKNOWN';
  const address = formatAddress(host, port);
  return new AddressError(code, `Can't listen on ${address}: ${adviceFor(code, cause)}.`, { cause });
}

function adviceFor(code: string, cause: unknown): string {
  switch (code) {
    case 'EADDRINUSE':
      return 'the port is in use; stop the program that holds it or choose another port (0 takes a free one)';
    case 'EACCES':
      return 'not permitted; choose a port of 1024 or above, or run with the privilege to bind lower ones';
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `this machine has no such address (${code}); choose one of its own, 127.0.0.1 or 0.0.0.0`;
    default:
      return cause instanceof Error ? cause.message : String(cause);
  }
}

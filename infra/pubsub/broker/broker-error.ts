/** The gRPC status codes that the broker answers with. */
export const statusCode = {
  invalidArgument: 3,
  notFound: 5,
  alreadyExists: 6,
  resourceExhausted: 8,
  failedPrecondition: 9,
} as const;

/** A request that the broker refuses, with the gRPC status code that Google's service answers in that case. */
export class BrokerError extends Error {
  override readonly name = 'BrokerError';
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

export const invalidArgument = (message: string): BrokerError => new BrokerError(statusCode.invalidArgument, message);

export const notFound = (resource: string): BrokerError =>
  new BrokerError(statusCode.notFound, `Resource not found: ${resource}`);

export const alreadyExists = (resource: string): BrokerError =>
  new BrokerError(statusCode.alreadyExists, `Resource already exists: ${resource}`);

export const failedPrecondition = (message: string): BrokerError =>
  new BrokerError(statusCode.failedPrecondition, message);

export const resourceExhausted = (message: string): BrokerError =>
  new BrokerError(statusCode.resourceExhausted, message);

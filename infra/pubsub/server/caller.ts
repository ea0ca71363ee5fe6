/** The caller of a method that may have to wait: a grpc-js call. */
export interface Caller {
  readonly cancelled: boolean;
  /** Emitted when the caller has gone, or its deadline has passed. */
  once(event: 'cancelled', listener: () => void): unknown;
}

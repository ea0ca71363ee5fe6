/** A machine on which a replica runs. Once it is down it sends nothing and hears nothing any more. */
export interface Host {
  readonly name: string;
  isUp: boolean;
  /** When it went down, in milliseconds on the monotonic clock. */
  downAtMs?: number;
}

/** Runs after a while; nothing comes of it when the host is down by then. */
export function later(host: Host, delayMs: number, work: () => void): void {
  setTimeout(() => {
    if (host.isUp) work();
  }, delayMs);
}

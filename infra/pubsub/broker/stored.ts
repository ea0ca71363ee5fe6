import type { TopicMessage } from './entry.ts';

/** What all that is kept takes, in bytes as {@link storedBytes} counts. */
export interface Stored {
  bytes: number;
}

/** A message takes memory beside its bytes: about as much as its objects do. */
const overheadBytes = 256;

/** What keeping a message counts for, in bytes. */
export function storedBytes({ sizeBytes }: TopicMessage): number {
  return sizeBytes + overheadBytes;
}

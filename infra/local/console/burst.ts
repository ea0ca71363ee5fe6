/**
 * One source of messages for several takers: the steady stream, and bursts beside it. Each message goes to one of them,
 * so that nothing is published twice.
 */
export interface SharedMessages<Message> {
  /** All that others don't take. */
  readonly steady: AsyncIterable<Message>;
  /** The next so many; fewer where there are no more. */
  take(count: number): AsyncIterable<Message>;
}

export function shareMessages<Message>(messages: AsyncIterable<Message>): SharedMessages<Message> {
  const source = messages[Symbol.asyncIterator]();
  async function* take(count: number): AsyncGenerator<Message> {
    for (let taken = 0; taken < count; taken++) {
      const { done, value } = await source.next();
      if (done) return;
      yield value;
    }
  }
  return { steady: take(Number.POSITIVE_INFINITY), take };
}

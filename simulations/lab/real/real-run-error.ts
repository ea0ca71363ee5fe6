/** What is wished for can't be done on the local stack. The message says what, and what to do instead. */
export class RealRunError extends Error {
  override readonly name = 'RealRunError';
}

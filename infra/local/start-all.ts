/**
 * Starts things side by side. When one does not start, those that do are disposed of with the rest of the stack all the
 * same, however late they are: nothing is left running that nobody knows of.
 *
 * @param into takes what has started
 * @throws what the first of them, in their order, was rejected with, when all have started or failed
 */
export async function startAll<const Starts extends readonly Promise<AsyncDisposable>[]>(
  into: AsyncDisposableStack,
  starts: Starts,
): Promise<{ -readonly [Index in keyof Starts]: Awaited<Starts[Index]> }> {
  const settled = await Promise.allSettled(starts);
  for (const one of settled) if (one.status === 'fulfilled') into.use(one.value);
  for (const one of settled) if (one.status === 'rejected') throw one.reason;
  return (await Promise.all(starts)) as { -readonly [Index in keyof Starts]: Awaited<Starts[Index]> };
}

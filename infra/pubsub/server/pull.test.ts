import { status } from '@grpc/grpc-js';
import { describe, expect, test, vi } from 'vitest';
import { callUnary } from '../../grpc/call.ts';
import { startTestClient, subscription, type TestClient } from './test-client.ts';

const timeoutMs = 15_000;

/** A pull that waits at the server; in an array, so that it is not awaited itself. */
async function startPull({ subscriber }: TestClient): Promise<readonly [Promise<unknown>]> {
  const request = { subscription, maxMessages: 10, returnImmediately: false };
  const pulling = callUnary(subscriber.pull.bind(subscriber), request, { timeoutMs });
  pulling.catch(() => {});
  await new Promise((resolve) => setTimeout(resolve, 100));
  return [pulling];
}

describe('a pull that waits ends', () => {
  test('when the subscription is deleted', async () => {
    await using client = await startTestClient();
    const { subscriber } = client;
    const [pulling] = await startPull(client);
    await callUnary(subscriber.deleteSubscription.bind(subscriber), { subscription }, { timeoutMs });
    await expect(pulling).rejects.toMatchObject({ code: status.NOT_FOUND });
  });

  test('when the subscription is detached', async () => {
    await using client = await startTestClient();
    const { publisher } = client;
    const [pulling] = await startPull(client);
    await callUnary(publisher.detachSubscription.bind(publisher), { subscription }, { timeoutMs });
    await expect(pulling).rejects.toMatchObject({ code: status.FAILED_PRECONDITION });
  });

  test('when the server closes, which does not wait for it', async () => {
    const client = await startTestClient({ drainMs: 60_000 });
    const [pulling] = await startPull(client);
    const closed = vi.fn();
    void client.server[Symbol.asyncDispose]().then(closed);
    await expect(pulling).rejects.toMatchObject({ code: status.UNAVAILABLE });
    await vi.waitFor(() => expect(closed).toHaveBeenCalled(), timeoutMs);
    await client[Symbol.asyncDispose]();
  });
});

import { type sendUnaryData, status } from '@grpc/grpc-js';
import { expect, onTestFinished, test } from 'vitest';
import { Decision, ModerationServiceService } from '../../../proto/generated/moderation/v1/moderation.ts';
import { startGrpcServer } from '../../grpc/server.ts';
import { createModerator, faultsOf } from './moderate.ts';

const request = {
  title: 'Teapot',
  description: '',
  category: 'home',
  sellerId: 'seller-1',
  price: { currency: 'USD', minorUnits: 100 },
  enqueue: true,
};

async function serve(answer: (event: unknown, metadata: unknown, callback: sendUnaryData<Decision>) => void) {
  const server = await startGrpcServer({
    host: '127.0.0.1',
    port: 0,
    drainMs: 0,
    services: [
      {
        name: 'moderation.v1.ModerationService',
        protoFile: 'moderation/v1/moderation.proto',
        definition: ModerationServiceService,
        implementation: {
          moderate: (call: { request: unknown; metadata: { getMap(): unknown } }, callback: sendUnaryData<Decision>) =>
            answer(call.request, call.metadata.getMap(), callback),
        },
      },
    ],
  });
  const moderator = createModerator();
  onTestFinished(async () => {
    moderator[Symbol.dispose]();
    await server[Symbol.asyncDispose]();
  });
  return { moderator, address: server.address };
}

test('asks the endpoint for an item of its own, with the backlog where that is wished for', async () => {
  const asked: unknown[] = [];
  const { moderator, address } = await serve((event, metadata, callback) => {
    asked.push(event, metadata);
    callback(null, Decision.fromPartial({ id: 'd' }));
  });
  expect(await moderator.moderate(request, address)).toMatchObject({ id: 'd' });
  expect(asked[0]).toMatchObject({
    type: 1,
    item: { title: 'Teapot', sellerId: 'seller-1', revision: 1, price: { currency: 'USD', minorUnits: 100 } },
  });
  expect(asked[1]).toMatchObject({ 'eddy-backlog': 'enqueue' });
  await moderator.moderate({ ...request, enqueue: false, price: null }, address);
  expect(asked[3]).not.toHaveProperty('eddy-backlog');
});

test('tells the faults by field, and the status by name', async () => {
  const details =
    'the event is invalid: item.sellerId: is required; item.price.currency: expected three capital letters';
  const { moderator, address } = await serve((_, __, callback) => callback({ code: status.INVALID_ARGUMENT, details }));
  await expect(moderator.moderate(request, address)).rejects.toMatchObject({
    name: 'ModerationRefused',
    code: 'INVALID_ARGUMENT',
    faults: [
      { field: 'sellerId', message: 'is required' },
      { field: 'price.currency', message: 'expected three capital letters' },
    ],
  });
  await expect(moderator.moderate(request, '127.0.0.1:1')).rejects.toMatchObject({ code: 'UNAVAILABLE', faults: [] });
});

test('an endpoint that does not answer in time is late, in plain words', async () => {
  const details = 'Deadline exceeded after 5.001s, metadata filters: 0.001s';
  const { moderator, address } = await serve((_, __, callback) =>
    callback({ code: status.DEADLINE_EXCEEDED, details }),
  );
  await expect(moderator.moderate(request, address)).rejects.toMatchObject({ message: 'no answer within 5 s' });
});

test('a message with a colon or a semicolon in it stays one', () => {
  expect(faultsOf('the event is invalid: item.title: a; b: c; occurredAt: is required')).toEqual([
    { field: 'title', message: 'a; b: c' },
    { field: 'occurredAt', message: 'is required' },
  ]);
  expect(faultsOf('eddy-backlog: expected "enqueue"')).toEqual([]);
});

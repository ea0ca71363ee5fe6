import { EventEmitter } from 'node:events';
import { type ServerUnaryCall, status } from '@grpc/grpc-js';
import { type Logger, pino } from 'pino';
import { describe, expect, test } from 'vitest';
import { type CallContext, RpcError, serveUnary, type UnaryMethod } from './unary.ts';

function answer(method: UnaryMethod<string, string>, log: Logger = pino({ level: 'silent' }), deadline = Infinity) {
  const call = Object.assign(new EventEmitter(), {
    request: 'question',
    getDeadline: () => deadline,
    getPath: () => '/a.v1.A/Ask',
  }) as unknown as ServerUnaryCall<string, string>;
  const answered = new Promise<[unknown, unknown]>((resolve) => {
    serveUnary(method, log)(call, (error, value) => resolve([error, value]));
  });
  return { call, answered };
}

describe('a served function', () => {
  test('answers with what it returns', async () => {
    const { answered } = answer(async (request) => `${request} answered`);
    expect(await answered).toEqual([null, 'question answered']);
  });

  test('answers with the status that it throws', async () => {
    const { answered } = answer(async () => {
      throw new RpcError(status.NOT_FOUND, 'no such \ud800 thing');
    });
    expect(await answered).toEqual([{ code: status.NOT_FOUND, details: 'no such \ufffd thing' }, undefined]);
  });

  test('answers INTERNAL for any other error and tells it to the log alone', async () => {
    const lines: string[] = [];
    const log = pino({}, { write: (line) => void lines.push(line) });
    const { answered } = answer(async () => {
      throw new Error('the secret');
    }, log);
    const [error] = await answered;
    expect(error).toMatchObject({ code: status.INTERNAL, details: expect.not.stringContaining('secret') });
    expect(JSON.parse(lines.join(''))).toMatchObject({
      event: 'method-failed',
      method: '/a.v1.A/Ask',
      err: { message: 'the secret' },
    });
  });

  test('knows its deadline', async () => {
    const { answered } = answer(async (_, { deadlineMs }) => String(deadlineMs), undefined, 1_700_000_000_000);
    expect(await answered).toEqual([null, '1700000000000']);
  });

  test('is told when the caller gives up, but not when the call ends after its answer', async () => {
    const seen: CallContext[] = [];
    const given = answer((_, context) => {
      seen.push(context);
      return new Promise(() => {});
    });
    given.call.emit('cancelled', 'cancelled');
    const kept = answer(async (_, context) => {
      seen.push(context);
      return 'done';
    });
    await kept.answered;
    kept.call.emit('cancelled', 'cancelled');
    expect(seen.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  });
});

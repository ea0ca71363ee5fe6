import { setImmediate as turn } from 'node:timers/promises';
import { credentials } from '@grpc/grpc-js';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PredictResponse } from '../../proto/generated/moderation/v1/model.ts';
import type { Outcome } from '../../proxy/moderation/outcome.ts';
import { createCaller, outcomesOfRejection } from '../../proxy/panel/call-model.ts';
import { createMember, type Member } from '../../proxy/panel/member.ts';
import { type CallError, createModelClient, type ModelClient } from '../../proxy/panel/model-client.ts';
import { Question } from '../../proxy/panel/question.ts';
import { modelConfigOf } from '../../proxy/testing/config.ts';
import { oddAnswers, rudeAnswers } from './grpc-answers.ts';
import { anyBytes, oddText } from './odd-values.ts';
import { mutatedMessage, SHAPES } from './protobuf-mutants.ts';
import { framed, OK_TRAILERS, type RawGrpcServer, type Reaction, startRawGrpcServer } from './raw-grpc-server.ts';
import { failOnUnhandled, PATIENCE_MS, runs } from './runs.ts';

failOnUnhandled();

const INPUTS = [Buffer.from([10, 0]), Buffer.from([18, 0]), Buffer.alloc(0)];
const encoded = (response: PredictResponse) => Buffer.from(PredictResponse.encode(response).finish());
const good: Reaction = {
  kind: 'answer',
  body: framed(encoded({ predictions: INPUTS.map(() => ({ probability: 0.5 })), modelVersion: 'v1' })),
  trailers: OK_TRAILERS,
};

const probability = fc.oneof(
  { arbitrary: fc.double({ min: 0, max: 1, noNaN: true }), weight: 3 },
  fc.double(),
  fc.constantFrom(Number.NaN, -0, -5e-324, 1 + Number.EPSILON, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY),
);
const prediction = fc.oneof(
  { arbitrary: probability.map((one) => ({ probability: one })), weight: 4 },
  fc.record({
    error: fc.record({
      code: fc.oneof(fc.nat(16), fc.constantFrom(17, 99, -1, 2 ** 31 - 1, -(2 ** 31))),
      message: fc.oneof(oddText, fc.constant('🍵'.repeat(1_000))),
      details: fc.array(fc.record({ typeUrl: oddText, value: anyBytes(20) }), { maxLength: 2 }),
    }),
  }),
  fc.constant({}),
);
const version = fc.oneof(
  { arbitrary: fc.constant('v1'), weight: 4 },
  oddText,
  fc.constantFrom(200, 201, 5_000).map((length) => 'v'.repeat(length)),
);

/** Answers that can be read; what they say may be anything, and for more or fewer inputs than were sent. */
const response: fc.Arbitrary<PredictResponse> = fc.record({
  predictions: fc.oneof(
    fc.constantFrom(8, 14).map((code) => INPUTS.map(() => ({ error: { code, message: 'full', details: [] } }))),
    { arbitrary: fc.array(prediction, { minLength: INPUTS.length, maxLength: INPUTS.length }), weight: 4 },
    fc.array(prediction, { maxLength: 6 }),
    fc.constant(Array(1_000).fill({ probability: 0.5 })),
  ),
  modelVersion: version,
});
const whole = encoded({
  predictions: [{ probability: 0.25 }, { error: { code: 8, message: 'full', details: [] } }, { probability: 1 }],
  modelVersion: 'v1',
});
const message = fc.oneof(
  { arbitrary: response.map(encoded), weight: 3 },
  { arbitrary: mutatedMessage(whole, SHAPES.predictResponse), weight: 3 },
  anyBytes(60),
);

let model: RawGrpcServer;
let client: ModelClient;
beforeAll(async () => {
  model = await startRawGrpcServer();
  client = createModelClient(model.address, credentials.createInsecure());
});
afterAll(async () => {
  client.close();
  await model[Symbol.asyncDispose]();
});

function expectOutcome(outcome: Outcome): void {
  if (outcome.state === 'scored') {
    expect(outcome.probability).toSatisfy((one: unknown) => typeof one === 'number' && one >= 0 && one <= 1);
    expect(outcome.modelVersion.length).toBeLessThanOrEqual(200);
    return;
  }
  expect(['pending', 'failed']).toContain(outcome.state);
  expect(outcome.error).not.toBe('');
  expect(outcome.error.length).toBeLessThanOrEqual(200);
  expect(outcome.error.isWellFormed()).toBe(true);
}

/** Asks as a member of the panel does, of three inputs. */
async function call(timeoutMs: number): Promise<readonly (Outcome | undefined)[]> {
  const codes: number[] = [];
  const callModel = createCaller({
    client,
    modelTimeoutMs: timeoutMs,
    onVersion: (said) => expect(said).toBeTypeOf('string'),
    onCalled: ({ code }) => codes.push(code),
    now: () => performance.now(),
  });
  try {
    return (await callModel(INPUTS, timeoutMs)).outcomes;
  } catch (error) {
    expect(['CallError', 'AllPendingError']).toContain((error as Error).name);
    return outcomesOfRejection(error, INPUTS.length);
  } finally {
    expect(codes).toHaveLength(1);
    expect(codes[0]).toBeTypeOf('number');
  }
}

/** That the next call is answered, on a new connection if need be. */
async function expectUsable(): Promise<void> {
  model.react = () => good;
  const answered = async () =>
    (await client.predict(INPUTS, 2_000).catch((error: CallError) => error.message)) as unknown;
  await expect.poll(answered, { timeout: 20_000, interval: 20 }).toMatchObject({ modelVersion: 'v1' });
}

describe('whatever a model answers', () => {
  test(
    'each input comes to an outcome, and the connection remains',
    () =>
      fc.assert(
        fc.asyncProperty(oddAnswers(message), async (reaction) => {
          model.react = () => reaction;
          // Some are waited for to the end: whoever sends a second message may send a third.
          const outcomes = await call(60);
          expect(outcomes).toHaveLength(INPUTS.length);
          for (const outcome of outcomes) if (outcome) expectOutcome(outcome);
          model.react = () => good;
          expect((await client.predict(INPUTS, 10_000)).modelVersion).toBe('v1');
        }),
        runs(150),
      ),
    PATIENCE_MS,
  );

  test(
    'as a readable answer, each input has what stands in its place',
    () =>
      fc.assert(
        fc.asyncProperty(response, async (answer) => {
          model.react = () => ({ kind: 'answer', body: framed(encoded(answer)), trailers: OK_TRAILERS });
          const outcomes = await call(10_000);
          const isWhole = answer.predictions.length === INPUTS.length && answer.modelVersion.length <= 200;
          for (const [index, outcome] of outcomes.entries()) {
            const given = answer.predictions[index]?.probability ?? Number.NaN;
            const isScore = isWhole && given >= 0 && given <= 1;
            expect(outcome!.state === 'scored' ? outcome!.probability : undefined).toBe(isScore ? given : undefined);
          }
        }),
        runs(120),
      ),
    PATIENCE_MS,
  );

  test('larger than an answer may be, it is refused, and the connection remains', async () => {
    for (const size of [4 * 1_048_576 + 1, 5 * 1_048_576, 20 * 1_048_576]) {
      model.react = () => ({ kind: 'answer', body: framed(Buffer.alloc(size)), trailers: OK_TRAILERS });
      for (const outcome of await call(10_000)) expect(outcome).toMatchObject({ state: 'pending' });
      model.react = () => good;
      expect((await client.predict(INPUTS, 10_000)).modelVersion).toBe('v1');
    }
  });

  test(
    'rudely, each input comes to an outcome in time, and the model can be asked again',
    () =>
      fc.assert(
        fc.asyncProperty(rudeAnswers(message), async (reaction) => {
          model.react = () => reaction;
          const startedAtMs = performance.now();
          const outcomes = await call(100);
          expect(performance.now() - startedAtMs).toBeLessThan(10_000);
          for (const outcome of outcomes) if (outcome) expectOutcome(outcome);
          await expectUsable();
        }),
        runs(12),
      ),
    PATIENCE_MS,
  );
});

describe('a member of the panel before a model that keeps no rules', () => {
  const createSeat = (): Member =>
    createMember({
      name: 'weapons',
      // Never opens, so that every question is really asked.
      config: modelConfigOf({ timeout: '100ms', breaker: { minimumCalls: 1_000_000, reset: '2s' } }),
      // The connection is common; it outlives the member.
      client: { predict: client.predict, close: () => {} },
      backlogShare: 0.2,
      now: () => performance.now(),
      observer: { sent: () => {}, called: () => {}, coalesced: () => {}, breakerChanged: () => {} },
      onScores: (scores) => {
        for (const { score } of scores) expectOutcome(score);
      },
    });

  /** Asks of three inputs at once, and expects one outcome for each. */
  async function expectAnswers(reactions: readonly Reaction[]): Promise<void> {
    let next = 0;
    model.react = () => reactions[next++ % reactions.length]!;
    const member = createSeat();
    const answers = await Promise.all(
      INPUTS.map((input, index) => {
        const told: Outcome[] = [];
        const { promise, resolve } = Promise.withResolvers<Outcome[]>();
        const answer = (outcome: Outcome) => {
          told.push(outcome);
          resolve(told);
        };
        const expiresAtMs = performance.now() + 200;
        member.ask(new Question({ digest: String(index), input, lane: 'live', expiresAtMs, answer }));
        return promise;
      }),
    );
    await member.refreshVersion();
    await turn();
    for (const told of answers) {
      expect(told).toHaveLength(1);
      expectOutcome(told[0]!);
    }
    expect([member.callsInFlight, member.inputsInFlight, member.waiting('live')]).toEqual([0, 0, 0]);
    member.close();
  }

  test(
    'answers every question once, whatever the answers',
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(oddAnswers(message), { minLength: 1, maxLength: 4 }), expectAnswers),
        runs(25),
      ),
    PATIENCE_MS,
  );

  test(
    'answers every question once, whatever readable answers say',
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(response, { minLength: 1, maxLength: 3 }), (responses) =>
          expectAnswers(
            responses.map((one) => ({ kind: 'answer', body: framed(encoded(one)), trailers: OK_TRAILERS })),
          ),
        ),
        runs(50),
      ),
    PATIENCE_MS,
  );
});

test.each(['17', '99', '-1', 'NaN', 'OK'])(
  'a status that gRPC does not know is no fault of the items: %j',
  async (code) => {
    model.react = () => ({ kind: 'trailers-only', headers: { 'grpc-status': code, 'grpc-message': 'odd' } });
    for (const outcome of await call(10_000)) expect(outcome).toMatchObject({ state: 'pending' });
  },
);

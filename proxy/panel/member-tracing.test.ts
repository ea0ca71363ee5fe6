import { status } from '@grpc/grpc-js';
import { diag, SpanKind } from '@opentelemetry/api';
import { describe, expect, onTestFinished, test } from 'vitest';
import { recordSpans } from '../../infra/telemetry/test-spans.ts';
import { traceQuestions } from '../telemetry/tracing/traced-questions.ts';
import { createSeat, turn } from '../testing/seat.ts';

const PREDICT = 'moderation.v1.ModelService/Predict';

function traces() {
  const recorder = recordSpans();
  /** The question of a pass that is traced. */
  const questions = () => {
    const pass = recorder.spans.start('pass', { kind: SpanKind.CONSUMER });
    return traceQuestions(recorder.spans, pass, Date.now());
  };
  return { recorder, questions, question: () => questions().ask('weapons') };
}

describe('a call for questions of several passes', () => {
  test('belongs to the first one that is traced, is linked with the others, and each of them with it', async () => {
    using seat = createSeat();
    const { recorder, question } = traces();
    const [first, second] = [question(), question()];
    seat.ask('untraced');
    seat.ask('a', { traced: first });
    seat.ask('b', { traced: second });
    await turn();
    seat.call.succeed();
    await turn();
    const call = recorder.one(PREDICT);
    expect(call).toMatchObject({
      kind: 'CLIENT',
      traceId: first.span.spanContext().traceId,
      parentId: first.span.spanContext().spanId,
      links: [second.span.spanContext().spanId],
      error: undefined,
      attributes: { 'eddy.model': 'weapons', 'eddy.batch.size': 3, 'rpc.response.status_code': 'OK' },
    });
    expect(seat.call.trace).toEqual({ traceparent: `00-${call.traceId}-${call.spanId}-01` });
    const consults = recorder.ended.filter(({ name }) => name === 'consult weapons');
    expect(consults.map(({ links }) => links)).toEqual([[call.spanId], [call.spanId]]);
    expect(consults.map(({ attributes }) => attributes['eddy.outcome'])).toEqual(['scored', 'scored']);
  });

  test('of which none is traced has no span, and brings no trace', async () => {
    using seat = createSeat();
    seat.ask('a');
    await turn();
    expect(seat.call.trace).toBeUndefined();
  });

  test('that fails says how', async () => {
    using seat = createSeat();
    const { recorder, question } = traces();
    seat.ask('a', { traced: question() });
    await turn();
    seat.call.fail(status.UNAVAILABLE, 'a text of a seller');
    await turn();
    expect(recorder.one(PREDICT)).toMatchObject({ error: 'UNAVAILABLE' });
    expect(recorder.one('consult weapons')).toMatchObject({ error: 'UNAVAILABLE' });
    expect(recorder.text()).not.toContain('a text of a seller');
  });
});

test('a question that equals one before it says so, and is linked with their call', async () => {
  using seat = createSeat();
  const { recorder, question } = traces();
  const [first, second] = [question(), question()];
  seat.ask('a', { traced: first });
  seat.ask('a', { traced: second });
  await turn();
  seat.call.succeed();
  await turn();
  const call = recorder.one(PREDICT);
  expect(call.attributes['eddy.batch.size']).toBe(1);
  const [one, other] = recorder.ended.filter(({ name }) => name === 'consult weapons');
  expect([one?.links, other?.links]).toEqual([[call.spanId], [call.spanId]]);
  expect(other?.attributes['eddy.coalesced']).toBe(true);
});

test('a question that no call could take ends with the reason', async () => {
  using seat = createSeat({ queue: 1, concurrency: { initial: 1, max: 1 }, batch: { max: 1 } });
  const { recorder, question } = traces();
  seat.ask('a');
  await turn();
  seat.ask('b');
  seat.ask('c', { traced: question() });
  expect(recorder.one('consult weapons')).toMatchObject({ error: 'LIMIT_FULL', links: [] });
});

test('a question whose time is up ends at once; the call that takes it along all the same keeps its trace', async () => {
  using seat = createSeat();
  const { recorder, questions } = traces();
  const complaints: string[] = [];
  const complain = (message: string) => void complaints.push(message);
  const nothing = () => {};
  diag.setLogger({ error: complain, warn: complain, info: nothing, debug: nothing, verbose: nothing });
  onTestFinished(() => diag.disable());
  const consultation = questions();
  const late = consultation.ask('weapons');
  seat.ask('a', { traced: late });
  consultation.over(
    new Map([['weapons', { state: 'pending', error: "DEADLINE_EXCEEDED: the item's budget is spent" }]]),
  );
  await turn();
  seat.call.succeed();
  await turn();
  expect(recorder.one('consult weapons')).toMatchObject({ error: 'DEADLINE_EXCEEDED', links: [] });
  expect(recorder.one(PREDICT).parentId).toBe(late.span.spanContext().spanId);
  expect(complaints).toEqual([]);
});

import { setTimeout as sleep } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { diag, type Span, SpanKind } from '@opentelemetry/api';
import { AlwaysOnSampler, ParentBasedSampler } from '@opentelemetry/sdk-trace-base';
import fc from 'fast-check';
import { expect, onTestFinished, test } from 'vitest';
import type { Spans } from '../../../infra/telemetry/spans.ts';
import { recordSpans } from '../../../infra/telemetry/test-spans.ts';
import { createPanel } from '../../panel/panel.ts';
import { createPredictionCache } from '../../panel/prediction-cache.ts';
import { createSubject } from '../../panel/subject.ts';
import { memoryStore } from '../../store/memory.ts';
import { configOf } from '../../testing/config.ts';
import { itemOf } from '../../testing/events.ts';
import { type FakeModelClient, fakeModelClient, fault } from '../../testing/fake-model-client.ts';
import { turn } from '../../testing/seat.ts';
import { traceQuestions } from './traced-questions.ts';

const UNSAMPLED = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' };
const observer = {
  sent() {},
  called() {},
  coalesced() {},
  breakerChanged() {},
  cacheHit() {},
  cacheMissed() {},
  cacheBypassed() {},
};

const act = fc.oneof(
  fc.record({
    what: fc.constant('ask' as const),
    title: fc.constantFrom('a', 'b', 'c', 'd'),
    lane: fc.constantFrom('live' as const, 'backlog' as const),
    isSampled: fc.boolean(),
    budgetMs: fc.constantFrom(0, 3, 1_000),
  }),
  fc.record({ what: fc.constant('pause' as const), ms: fc.constantFrom(0, 5) }),
  fc.record({ what: fc.constantFrom('succeed', 'fail', 'refuse', 'garble', 'break' as const), pick: fc.nat() }),
);

function answer(client: FakeModelClient, index: number, how: string): void {
  const call = client.calls[index];
  if (!call || call.inputs.length === 0) return;
  if (how === 'succeed') call.succeed();
  else if (how === 'fail') call.fail(status.UNAVAILABLE);
  // Every input is asked once more by itself.
  else if (how === 'refuse') call.fail(status.INVALID_ARGUMENT);
  else if (how === 'garble') call.answer(...call.inputs.map(() => fault(status.UNAVAILABLE)));
  else call.breakOff(new TypeError('ours'));
}

/** Counts how often each span ends. */
function counting(spans: Spans): { spans: Spans; started: Map<Span, number> } {
  const started = new Map<Span, number>();
  return {
    started,
    spans: {
      ...spans,
      start(name, beginning) {
        const span = spans.start(name, beginning);
        if (!span.isRecording()) return span;
        started.set(span, 0);
        const end = span.end.bind(span);
        span.end = (time) => {
          started.set(span, started.get(span)! + 1);
          end(time);
        };
        return span;
      },
    },
  };
}

test('every span ends once, and nothing is told to one that has ended, whatever becomes of the questions', async () => {
  const complaints: string[] = [];
  const complain = (message: string) => void complaints.push(message);
  diag.setLogger({ error: complain, warn: complain, info() {}, debug() {}, verbose() {} });
  onTestFinished(() => diag.disable());
  await fc.assert(
    fc.asyncProperty(fc.array(act, { minLength: 5, maxLength: 30 }), async (acts) => {
      const { spans, started } = counting(recordSpans(new ParentBasedSampler({ root: new AlwaysOnSampler() })).spans);
      const client = fakeModelClient();
      const panel = createPanel({
        config: configOf({
          weapons: { breaker: { minimumCalls: 2, reset: '10s' }, concurrency: { initial: 2, max: 2 } },
        }),
        connect: () => client,
        cache: createPredictionCache(memoryStore({ maxEntries: 100, ttlMs: 60_000 })),
        now: () => performance.now(),
        observer,
      });
      const passes: Promise<void>[] = [];
      for (const one of acts) {
        if (one.what === 'pause') await sleep(one.ms);
        else if (one.what !== 'ask') answer(client, one.pick % (client.calls.length || 1), one.what);
        else {
          const parent = one.isSampled ? undefined : UNSAMPLED;
          const pass = spans.start('pass', { kind: SpanKind.CONSUMER, parent });
          const asking = pass.isRecording() ? traceQuestions(spans, pass, Date.now()) : undefined;
          const consulted = panel.consult({
            subject: createSubject(itemOf({ title: one.title }), { seller: undefined }),
            ask: ['weapons'],
            lane: one.lane,
            expiresAtMs: performance.now() + one.budgetMs,
            asking,
          });
          passes.push(
            consulted.then((outcomes) => {
              asking?.over(outcomes);
              pass.end();
            }),
          );
        }
        await turn();
      }
      // What is left comes to an end, with the questions that only then find a call.
      for (let index = 0; index < client.calls.length; index++) {
        answer(client, index, 'succeed');
        await turn();
        await turn();
      }
      await Promise.all(passes);
      panel.close();
      expect([...started.values()].filter((ends) => ends !== 1)).toEqual([]);
      expect(complaints).toEqual([]);
    }),
    { numRuns: 60 },
  );
});

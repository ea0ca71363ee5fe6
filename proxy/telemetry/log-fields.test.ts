import { describe, expect, test } from 'vitest';
import { createLog } from '../../infra/grpc/log.ts';
import { decodeEvent, type InvalidMessageError } from '../intake/decode-event.ts';
import { createLedger } from '../store/ledger.ts';
import { configOf } from '../testing/config.ts';
import { caseOf, eventOf, messageOf } from '../testing/events.ts';
import { createEvents, ENTRIES } from './events.ts';
import { messageFields, subjectFields } from './log-fields.ts';
import { createMetrics } from './metrics.ts';
import { createOldest } from './oldest.ts';

const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
const traceparent = `00-${TRACE_ID}-b7ad6b7169203331-00`;
const SECRET = 'quokka zebrafish';

describe('a log line', () => {
  test('names the item that it is about, and its trace, whether that is sampled or not', () => {
    const ids = { eventId: 'event-1', itemId: 'item-1', revision: 1 };
    expect(subjectFields(caseOf(eventOf(), { traceparent }))).toEqual({ traceId: TRACE_ID, ...ids });
    expect(subjectFields(caseOf(eventOf(), { traceparent: 'nonsense' }))).toEqual(ids);
  });

  test('names the message where the item could not be read', () => {
    expect(messageFields(messageOf('{', { attributes: { traceparent } }))).toEqual({
      messageId: 'message-1',
      traceId: TRACE_ID,
    });
    expect(messageFields({ id: 'moderate' })).toEqual({ messageId: 'moderate' });
  });
});

/** What the proxy's log says, as it is written. */
function written(tell: (events: ReturnType<typeof createEvents>) => void): string {
  let text = '';
  const destination = {
    write(line: string) {
      text += line;
    },
  };
  const config = configOf({ weapons: {} });
  const now = () => 0;
  const ledger = createLedger({ accounts: ['weapons', ENTRIES], store: {}, now });
  const log = createLog('eddy-proxy', 'debug', destination);
  tell(createEvents({ config, log, metrics: createMetrics(config), ledger, oldest: createOldest(1_000, now) }));
  return text;
}

describe('what is written of a fault', () => {
  test.each([
    `{"title": "${SECRET}`,
    `{"title": ${SECRET}}`,
    `{"title": "${SECRET}\n"}`,
    `"${SECRET}"`,
    JSON.stringify({
      eventId: SECRET.repeat(99),
      item: { title: 1, description: { [SECRET]: SECRET }, category: SECRET },
    }),
    JSON.stringify({ item: { imageUrls: [SECRET, 1], price: { currency: SECRET } }, [SECRET]: SECRET }),
  ])('has nothing of a message that is thrown out: %s', (body) => {
    const message = messageOf(body, { attributes: { traceparent } });
    const text = written((events) => {
      try {
        decodeEvent(message.data, message.attributes);
        expect.unreachable();
      } catch (error) {
        events.quarantined('items', message, error as InvalidMessageError);
        // Should it ever get here, by a fault of ours: with its causes.
        events.handlerFailed(message, error);
      }
    });
    expect(JSON.parse(text.split('\n')[0]!)).toMatchObject({ messageId: 'message-1', traceId: TRACE_ID });
    for (const piece of SECRET.split(' ')) expect(text).not.toContain(piece);
  });

  test('names the item where a publish is not confirmed, or a fault is ours', () => {
    const subject = caseOf(eventOf({ title: SECRET }), { traceparent });
    const lines = written((events) => {
      events.notConfirmed(messageOf(''), new Error('away'), subject);
      events.handlerFailed(messageOf(''), new Error('ours'), subject);
    });
    for (const line of lines.trim().split('\n')) {
      expect(JSON.parse(line)).toMatchObject({
        messageId: 'message-1',
        traceId: TRACE_ID,
        eventId: 'event-1',
        itemId: 'item-1',
      });
    }
    expect(lines).not.toContain(SECRET);
  });
});

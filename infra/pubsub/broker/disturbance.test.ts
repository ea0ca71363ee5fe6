import { describe, expect, test } from 'vitest';
import type { Disturbance } from './broker.ts';
import { subscription, type TestBroker, testBroker, textOf } from './test-broker.ts';

const calmly: Disturbance = { duplicate: 0, reorder: 0, dropAcks: 0 };

/** Random numbers from a list, over and over. */
function drawing(...numbers: number[]): () => number {
  let index = -1;
  return () => {
    index = (index + 1) % numbers.length;
    return numbers[index]!;
  };
}

function disturbed(part: Partial<Disturbance>, random: () => number, settings: object = {}): TestBroker {
  return testBroker(settings, { disturbance: { ...calmly, ...part }, random });
}

describe('duplicates', () => {
  test('come while the first delivery is leased, with an id of their own', () => {
    const { publish, pull, pass, broker } = disturbed({ duplicate: 0.5 }, drawing(0.2, 0.3));
    publish('a');
    const [first] = pull();
    pass(15);
    expect(pull()).toEqual([]);
    pass(1);
    const [second] = pull();
    expect(second!.message.id).toBe(first!.message.id);
    expect(second!.ackId).not.toBe(first!.ackId);
    expect(broker.stats(subscription)).toMatchObject({ leased: 1, undelivered: 0 });
  });

  test('are settled by either acknowledgement, and void the other', () => {
    const { publish, pull, ack, pass, texts } = disturbed({ duplicate: 1 }, drawing(0.5));
    publish('a');
    const [first] = pull();
    pass(5_000);
    const [second] = pull();
    expect([ack(second!), ack(first!)]).toEqual([[true], [false]]);
    pass(600_000);
    expect(texts()).toEqual([]);
  });

  test('keep the message leased when only one of them is given back', () => {
    const { publish, pull, ack, nack, pass, texts } = disturbed({ duplicate: 1 }, drawing(0.5));
    publish('a');
    const [first] = pull();
    pass(5_000);
    const [second] = pull();
    nack(first!);
    expect(texts()).toEqual([]);
    expect(ack(second!)).toEqual([true]);
  });

  test('do not come after an acknowledgement, nor with exactly-once delivery, nor of keys in order', () => {
    const acknowledged = disturbed({ duplicate: 1 }, drawing(0.5));
    acknowledged.publish('a');
    acknowledged.ack(...acknowledged.pull());
    const exact = disturbed({ duplicate: 1 }, drawing(0.5), { enableExactlyOnceDelivery: true });
    exact.publish('a');
    exact.pull();
    const ordered = disturbed({ duplicate: 1 }, drawing(0.5), { enableMessageOrdering: true });
    ordered.publishKeyed('k', 'a');
    ordered.pull();
    for (const it of [acknowledged, exact, ordered]) {
      it.pass(9_999);
      expect(it.texts()).toEqual([]);
    }
  });
});

describe('reordering', () => {
  test('holds a share of the messages back for up to a second', () => {
    // The first is held back for half a second, the second is not.
    const { publish, texts, pass } = disturbed({ reorder: 0.5 }, drawing(0.1, 0.5, 0.9));
    publish('a', 'b');
    expect(texts()).toEqual(['b']);
    pass(499);
    expect(texts()).toEqual([]);
    pass(1);
    expect(texts()).toEqual(['a']);
  });

  test('leaves keys in order', () => {
    const { publishKeyed, pull } = disturbed({ reorder: 1 }, drawing(0.5), { enableMessageOrdering: true });
    publishKeyed('k', 'a', 'b', 'c');
    expect(pull().map(textOf)).toEqual(['a', 'b', 'c']);
  });
});

describe('dropped acks', () => {
  test('are answered as taken, and the message comes back when the lease ends', () => {
    const { publish, pull, ack, pass, texts } = disturbed({ dropAcks: 0.5 }, drawing(0.1));
    publish('a');
    expect(ack(...pull())).toEqual([true]);
    pass(9_999);
    expect(texts()).toEqual([]);
    pass(1);
    expect(texts()).toEqual(['a']);
  });

  test('may be nacks', () => {
    const { publish, pull, nack, pass, texts } = disturbed({ dropAcks: 1 }, drawing(0.1));
    publish('a');
    expect(nack(...pull())).toEqual([true]);
    expect(texts()).toEqual([]);
    pass(10_000);
    expect(texts()).toEqual(['a']);
  });

  test('do not happen with exactly-once delivery', () => {
    const { publish, pull, ack, pass, texts } = disturbed({ dropAcks: 1 }, drawing(0), {
      enableExactlyOnceDelivery: true,
    });
    publish('a');
    ack(...pull());
    pass(60_000);
    expect(texts()).toEqual([]);
  });
});

test('a disturbance can be changed while the broker runs', () => {
  const disturbance = { ...calmly, dropAcks: 1 };
  const { publish, pull, ack, pass, texts } = testBroker({}, { disturbance, random: () => 0 });
  publish('a');
  ack(...pull());
  pass(10_000);
  disturbance.dropAcks = 0;
  ack(...pull());
  pass(60_000);
  expect(texts()).toEqual([]);
});

test('nothing is drawn for shares of 0', () => {
  let drawn = 0;
  const random = (): number => {
    drawn += 1;
    return 0;
  };
  const { publish, pull, ack } = disturbed({}, random);
  publish('a');
  ack(...pull());
  expect(drawn).toBe(0);
});

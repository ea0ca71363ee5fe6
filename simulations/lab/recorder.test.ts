import { describe, expect, test } from 'vitest';
import { createRecorder } from './recorder.ts';

const inSeconds = (buckets: ReadonlyMap<number, number> | undefined) => Object.fromEntries(buckets ?? []);

describe('series', () => {
  test('count by the second, and keep the last value of what is gauged', () => {
    const recorder = createRecorder();
    for (const atMs of [0, 999, 1_000]) recorder.count('proxyLoad', atMs);
    recorder.count('proxyLoad', 1_500, 3);
    recorder.gauge('backlog', 100, 7);
    recorder.gauge('backlog', 900, 5);
    recorder.offered('weapons', 1_999, 0.4);
    recorder.asked('weapons', 500, 4);
    recorder.asked('weapons', 999, 2);
    const { series, offered, inputs } = recorder.notes;
    expect(inSeconds(series.get('proxyLoad'))).toEqual({ 0: 2, 1: 4 });
    expect(inSeconds(series.get('backlog'))).toEqual({ 0: 5 });
    expect(inSeconds(offered.get('weapons'))).toEqual({ 1: 0.4 });
    expect(inSeconds(inputs.get('weapons'))).toEqual({ 0: 6 });
  });

  test('an event that is published twice counts twice, and is one event since its first time', () => {
    const { published, notes } = createRecorder();
    published('a', 100, ['weapons']);
    published('a', 1_100, ['weapons']);
    expect(inSeconds(notes.series.get('published'))).toEqual({ 0: 1, 1: 1 });
    expect([...notes.events].map(([id, { publishedAtMs }]) => [id, publishedAtMs])).toEqual([['a', 100]]);
  });

  test('the oldest unacknowledged event is the first that was published of those that are open', () => {
    const recorder = createRecorder();
    recorder.tick(1_000);
    recorder.published('a', 1_000, []);
    recorder.published('b', 2_500, []);
    recorder.published('c', 3_000, []);
    recorder.tick(4_000);
    recorder.acknowledged('a', 4_100);
    recorder.tick(5_000);
    recorder.closed('b', 5_500);
    recorder.acknowledged('c', 5_600);
    recorder.tick(6_000);
    expect(inSeconds(recorder.notes.series.get('oldestUnacked'))).toEqual({ 1: 0, 4: 3, 5: 2.5, 6: 0 });
  });
});

describe('an event', () => {
  test('is decided by a model when the first decision says so, and abandoned when any does', () => {
    const recorder = createRecorder();
    recorder.published('a', 0, ['weapons', 'money']);
    recorder.decided('a', 200, ['weapons'], false);
    recorder.decided('a', 900, ['weapons', 'money'], true);
    const event = recorder.notes.events.get('a')!;
    expect(Object.fromEntries(event.decidedAtMs)).toEqual({ weapons: 200, money: 900 });
    expect(event.isAbandoned).toBe(true);
  });

  test('that a newer one has superseded is closed', () => {
    const recorder = createRecorder();
    recorder.published('a', 0, ['weapons']);
    expect(recorder.notes.events.get('a')!.isClosed).toBe(false);
    recorder.closed('a', 100);
    expect(recorder.notes.events.get('a')!.isClosed).toBe(true);
  });

  test('of which nobody knows changes nothing', () => {
    const recorder = createRecorder();
    recorder.delivered('', 0);
    recorder.decided('?', 0, ['weapons'], true);
    recorder.answered('weapons', ['?']);
    recorder.asked('weapons', 0, 1, ['?']);
    recorder.toldDelay('?', 0, 5);
    recorder.closed('?', 0);
    expect(recorder.notes.events.size).toBe(0);
    expect(recorder.notes.deliveries).toEqual([]);
    expect(recorder.notes.latencyErrorMs).toBeUndefined();
  });
});

describe('redeliveries', () => {
  const counts = (notes: { knowable: ReadonlyMap<string, number>; asked: ReadonlyMap<string, number> } | undefined) => [
    Object.fromEntries(notes?.knowable ?? []),
    Object.fromEntries(notes?.asked ?? []),
  ];

  test('are told apart by their number, and count models that had answered before', () => {
    const recorder = createRecorder();
    recorder.published('a', 0, ['weapons', 'money']);
    recorder.delivered('a', 0);
    recorder.asked('weapons', 0, 1, ['a']);
    recorder.asked('money', 0, 1, ['a']);
    recorder.answered('weapons', ['a']);
    recorder.delivered('a', 10_000);
    recorder.asked('weapons', 10_000, 1, ['a']);
    recorder.asked('money', 10_000, 1, ['a']);
    recorder.answered('money', ['a']);
    recorder.delivered('a', 20_000);
    const { deliveries } = recorder.notes;
    expect(counts(deliveries[1])).toEqual([{ weapons: 1 }, { weapons: 1 }]);
    expect(counts(deliveries[2])).toEqual([{ weapons: 1, money: 1 }, {}]);
  });

  test('beyond the twentieth are one', () => {
    const recorder = createRecorder();
    recorder.published('a', 0, ['weapons']);
    recorder.answered('weapons', ['a']);
    for (let delivery = 0; delivery < 30; delivery++) recorder.delivered('a', delivery);
    expect(recorder.notes.deliveries).toHaveLength(21);
    expect(counts(recorder.notes.deliveries[20])).toEqual([{ weapons: 10 }, {}]);
  });

  test('of an event that was never handed out are none, although it is asked again', () => {
    const recorder = createRecorder();
    recorder.published('a', 0, ['weapons']);
    recorder.answered('weapons', ['a']);
    recorder.asked('weapons', 0, 1, ['a']);
    expect(Object.keys(recorder.notes.deliveries)).toEqual([]);
  });
});

test('calls to dependencies count for their item and for their second', () => {
  const recorder = createRecorder();
  recorder.dependencyCalled('seller-1', 100);
  recorder.dependencyCalled('seller-1', 1_100);
  recorder.dependencyCalled('seller-2', 1_200);
  expect(Object.fromEntries(recorder.notes.dependencyCalls)).toEqual({ 'seller-1': 2, 'seller-2': 1 });
  expect(inSeconds(recorder.notes.series.get('dependencyLoad'))).toEqual({ 0: 1, 1: 2 });
});

test('the greatest error of what is told of delays is kept, in either direction', () => {
  const recorder = createRecorder();
  recorder.published('a', 1_000, ['weapons']);
  expect(recorder.notes.latencyErrorMs).toBeUndefined();
  recorder.toldDelay('a', 1_500, 500);
  expect(recorder.notes.latencyErrorMs).toBe(0);
  recorder.toldDelay('a', 9_000, 7_000);
  recorder.toldDelay('a', 9_000, 8_100);
  expect(recorder.notes.latencyErrorMs).toBe(1_000);
});

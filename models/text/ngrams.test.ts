import { describe, expect, test } from 'vitest';
import { createFeatureBuffer } from './features.ts';
import { addText } from './ngrams.ts';

function features(text: string, field = 0): Set<number> {
  const buffer = createFeatureBuffer();
  addText(text, field, buffer);
  buffer.closeBlock(1);
  return new Set(buffer.indices.subarray(0, buffer.count));
}

const shared = (a: string, b: string): number => [...features(a)].filter((feature) => features(b).has(feature)).length;

describe('the features of a text', () => {
  test('are the same for the same text and none for no text', () => {
    expect(features('real pistol')).toEqual(features('real pistol'));
    expect(features('')).toEqual(new Set());
    expect(features(' .,-')).toEqual(new Set());
  });

  test('are mostly shared by words of one stem', () => {
    expect(shared('pistols', 'pistol')).toBeGreaterThan(3);
    expect(shared('pistols', 'flowers')).toBe(0);
  });

  test('find a Japanese word inside a sentence without spaces', () => {
    expect(shared('本物の拳銃を譲ります', '拳銃')).toBeGreaterThanOrEqual(3);
  });

  test('take hiragana for katakana', () => {
    expect(shared('ぴすとる', 'ピストル')).toBeGreaterThan(5);
  });

  test('take one number for another in n-grams, and keep them apart as words', () => {
    expect(shared('1000mm', '2000mm')).toBeGreaterThan(2);
    expect(features('1000mm')).not.toEqual(features('2000mm'));
  });

  test('differ for a title, which has some of its own', () => {
    expect(features('real pistol', 1).size).toBeGreaterThan(features('real pistol').size);
  });

  test('have length 1 in each block, however many there are', () => {
    const buffer = createFeatureBuffer();
    addText('a longer text with many words in it, 拳銃', 0, buffer);
    buffer.closeBlock(1);
    const values = [...buffer.values.subarray(0, buffer.count)];
    expect(values.reduce((sum, value) => sum + value * value, 0)).toBeCloseTo(1, 5);
  });

  test('take unpaired surrogates and emoji for signs', () => {
    expect(features('\ud83d').size).toBe(1);
    expect(features('🔫').size).toBe(1);
  });
});

import { expect, test } from 'vitest';
import { brokersOf, parseContestants, parseNumbers, parseWhole } from './options.ts';

test('contestants are named with commas, in any order', () => {
  expect(parseContestants('eddy, naive')).toEqual(['eddy', 'naive']);
  expect(parseContestants('eddy,eddy')).toEqual(['eddy']);
  expect(() => parseContestants('eddy,nobody')).toThrow('There is no "nobody"; there are: naive, floor, eddy.');
});

test('numbers ascend within their range', () => {
  const parse = parseNumbers(0, 100);
  expect(parse('0.2, 1,100')).toEqual([0.2, 1, 100]);
  for (const wrong of ['', '1,,2', '2,1', '1,1', '1,101', '-1', 'x'])
    expect(() => parse(wrong)).toThrow('Expected ascending numbers with commas, each 0 to 100.');
});

test('whole numbers are within their range', () => {
  expect(parseWhole(0, 5)('5')).toBe(5);
  for (const wrong of ['6', '-1', '1.5', '']) expect(() => parseWhole(0, 5)(wrong)).toThrow('whole number, 0 to 5');
});

test('one Pub/Sub is taken as it is wished for', async () => {
  const told: string[] = [];
  expect(await brokersOf('emulator', (line) => told.push(line))).toEqual(['emulator']);
  expect(told).toEqual([]);
});

test('both are the embedded one and, where it is installed, the emulator; it is told where it is not', async () => {
  const told: string[] = [];
  const brokers = await brokersOf('both', (line) => told.push(line));
  expect(brokers[0]).toBe('embedded');
  if (brokers.length === 1) expect(told.join()).toContain("NOT MEASURED with Google's Pub/Sub emulator");
  else expect([brokers, told]).toEqual([['embedded', 'emulator'], []]);
});

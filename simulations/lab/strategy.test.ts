import { expect, test } from 'vitest';
import { parseSpec, specOf } from './strategy.ts';

test('a strategy may be given replicas, and is called by both', () => {
  expect(parseSpec('memory-cache@3')).toEqual({ strategy: 'memory-cache', replicas: 3 });
  expect(parseSpec('memory-cache')).toEqual({ strategy: 'memory-cache', replicas: undefined });
  expect(parseSpec(specOf('eddy', 7))).toEqual({ strategy: 'eddy', replicas: 7 });
});

test('what is no number of replicas is none', () => {
  expect(parseSpec('eddy@many').replicas).toBeNaN();
  expect(parseSpec('eddy@3@4').replicas).toBeNaN();
  expect(parseSpec('eddy@').replicas).toBe(0);
});

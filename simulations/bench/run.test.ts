import { expect, test, vi } from 'vitest';
import { runner } from './run.ts';

async function codeOf(action: (signal: AbortSignal) => Promise<number>): Promise<number[]> {
  const codes: number[] = [];
  await runner((code) => codes.push(code))(action);
  return codes;
}

test('the exit code is what the action returns', async () => {
  expect(await codeOf(async () => 0)).toEqual([0]);
  expect(await codeOf(async () => 1)).toEqual([1]);
});

test('an error is told, and the exit code 1', async () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    expect(await codeOf(() => Promise.reject(new Error('the broker is gone')))).toEqual([1]);
    expect(write).toHaveBeenCalledWith('error: the broker is gone\n');
  } finally {
    write.mockRestore();
  }
});

test('what was stopped says so by 130, however it ends, and tells no error', async () => {
  const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  try {
    const stopped = (end: () => number) => async (signal: AbortSignal) => {
      process.emit('SIGTERM');
      expect(signal.aborted).toBe(true);
      return end();
    };
    expect(await codeOf(stopped(() => 0))).toEqual([130]);
    const fail = () => {
      throw new Error('cut off');
    };
    expect(await codeOf(stopped(fail))).toEqual([130]);
    expect(write.mock.calls.flat().join('')).not.toContain('error');
  } finally {
    write.mockRestore();
  }
});

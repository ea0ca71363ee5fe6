import { describe, expect, test, vi } from 'vitest';
import { askForEmulator, startEmulatorBroker } from './emulator-broker.ts';

function emulator() {
  return { host: '127.0.0.1:1', pid: 1, [Symbol.asyncDispose]: vi.fn(async () => {}) };
}

describe('the broker of the shared emulator', () => {
  test('starts nothing when nobody asks', async () => {
    const start = vi.fn(async () => emulator());
    const broker = await startEmulatorBroker(start);
    await broker[Symbol.asyncDispose]();
    expect(start).not.toHaveBeenCalled();
  });

  test('starts one emulator for all who ask and stops it in the end', async () => {
    const shared = emulator();
    const start = vi.fn(async () => shared);
    const broker = await startEmulatorBroker(start);
    expect(await Promise.all([askForEmulator(broker.url), askForEmulator(broker.url)])).toEqual([
      '127.0.0.1:1',
      '127.0.0.1:1',
    ]);
    expect(start).toHaveBeenCalledOnce();
    await broker[Symbol.asyncDispose]();
    expect(shared[Symbol.asyncDispose]).toHaveBeenCalledOnce();
  });

  test('tells everyone why there is no emulator', async () => {
    await using broker = await startEmulatorBroker(async () => {
      throw new Error('no Java');
    });
    await expect(askForEmulator(broker.url)).rejects.toThrow('no Java');
    await expect(askForEmulator(broker.url)).rejects.toThrow('no Java');
  });
});

import { describe, expect, test } from 'vitest';
import { tellMissing } from './missing-servers.ts';

describe('the servers that a test needs', () => {
  test('are told of when none is missing by silence', () => {
    expect(tellMissing(['redis-server'], { 'pubsub-emulator': 'buy it' })).toBeUndefined();
    expect(tellMissing([], { 'pubsub-emulator': 'buy it' })).toBeUndefined();
  });

  test('are each named with the way to install it', () => {
    expect(tellMissing(['redis-server', 'pubsub-emulator'], { 'redis-server': 'apt', 'pubsub-emulator': 'sdk' })).toBe(
      'redis-server is not installed (apt) and pubsub-emulator is not installed (sdk)',
    );
  });
});

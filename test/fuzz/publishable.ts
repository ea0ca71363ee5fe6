import { expect } from 'vitest';
import type { OutgoingMessage } from '../../proxy/outlets/messages.ts';

/** That Pub/Sub would take a message: https://cloud.google.com/pubsub/quotas#resource_limits */
export function expectPublishable({ data, attributes }: OutgoingMessage): void {
  const names = Object.keys(attributes);
  expect(names.length).toBeLessThanOrEqual(100);
  expect(data.length + names.length).toBeGreaterThan(0);
  let bytes = data.length;
  for (const name of names) {
    const value = attributes[name];
    expect(value).toBeTypeOf('string');
    expect((name + value).isWellFormed()).toBe(true);
    expect(Buffer.byteLength(name)).toBeLessThanOrEqual(256);
    expect(Buffer.byteLength(value!)).toBeLessThanOrEqual(1_024);
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value!);
  }
  expect(bytes).toBeLessThanOrEqual(10_000_000);
}

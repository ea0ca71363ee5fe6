import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { SimulatedModel } from '../world/model.ts';
import { startVirtualTime, type VirtualTime } from '../world/virtual-time.ts';
import { type Autoscaling, startAutoscaler } from './autoscaler.ts';

const SCALING: Autoscaling = { min: 1, max: 100, step: 4, target: 0.7, lagMs: 30_000, everyMs: 15_000 };

let cleanup: DisposableStack;
let time: VirtualTime;
beforeEach(() => {
  cleanup = new DisposableStack();
  time = cleanup.use(startVirtualTime(0));
});
afterEach(() => cleanup.dispose());

/** A model of which a test says how busy each server is. */
function modelOf() {
  return {
    servers: 9,
    share: 0,
    busy() {
      return this.share * this.servers;
    },
    resize(servers: number) {
      this.servers = servers;
    },
  };
}

function started(changes: Partial<Autoscaling> = {}) {
  const model = modelOf();
  const autoscaler = cleanup.use(startAutoscaler(model as unknown as SimulatedModel, { ...SCALING, ...changes }));
  return { model, autoscaler, until: (seconds: number) => time.advance(seconds * 1_000) };
}

test('begins with the minimum, and stays there without load', async () => {
  const { model, until } = started({ min: 2 });
  expect(model.servers).toBe(2);
  await until(600);
  expect(model.servers).toBe(2);
});

describe('scaling up', () => {
  test('goes to pods times utilisation over target, when a pod has had time to start', async () => {
    const { model, until } = started({ min: 10 });
    model.share = 1;
    await until(44.9);
    expect(model.servers).toBe(10);
    await until(45.1);
    expect(model.servers).toBe(15);
  });

  test('does nothing within a tenth of the target', async () => {
    const { model, until } = started({ min: 10 });
    model.share = 0.76;
    await until(120);
    expect(model.servers).toBe(10);
  });

  test('counts pods that are still starting as idle, and does not ask for them twice', async () => {
    const { model, until } = started({ min: 10, target: 0.5, lagMs: 60_000 });
    model.share = 0.75;
    await until(16);
    // Would the fifteen there will be share it, each were within a tenth of its target.
    model.share = 0.8;
    await until(60.5);
    expect(model.servers).toBe(10);
    model.share = 0.5;
    await until(200);
    expect(model.servers).toBe(15);
  });

  test('asks for at most four more, or the double, at a time', async () => {
    const { model, until } = started({ target: 0.1, lagMs: 0 });
    model.share = 1;
    await until(16);
    expect(model.servers).toBe(5);
    await until(31);
    expect(model.servers).toBe(10);
    await until(46);
    expect(model.servers).toBe(20);
  });

  test('ends at the maximum', async () => {
    const { model, until } = started({ max: 3, lagMs: 0 });
    model.share = 1;
    await until(300);
    expect(model.servers).toBe(3);
  });
});

describe('scaling down', () => {
  test('waits until nothing more was wished for in five minutes', async () => {
    const { model, until } = started({ lagMs: 0 });
    model.share = 1;
    await until(16);
    expect(model.servers).toBe(2);
    model.share = 0.35;
    await until(310);
    expect(model.servers).toBe(2);
    await until(331);
    expect(model.servers).toBe(1);
  });

  test('never takes what is below the minimum', async () => {
    const { model, until } = started({ min: 2, lagMs: 0 });
    model.share = 1;
    await until(31);
    expect(model.servers).toBeGreaterThan(2);
    model.share = 0;
    await until(700);
    expect(model.servers).toBe(2);
  });

  test('does not make pods ready that are still starting', async () => {
    const { model, until } = started({ target: 0.1, lagMs: 600_000 });
    model.share = 1;
    await until(31);
    model.share = 0.05;
    await until(500);
    expect(model.servers).toBe(1);
    await until(700);
    expect(model.servers).toBe(1);
  });
});

test('leaves a model with as many pods at least as at most alone, but for giving it those', async () => {
  const { model, until } = started({ min: 4, max: 4 });
  expect(model.servers).toBe(4);
  expect(time.pendingTimers).toBe(0);
  model.share = 1;
  await until(100);
  expect(model.servers).toBe(4);
});

test('leaves no timer behind, also when pods are starting', async () => {
  const { model, until, autoscaler } = started();
  model.share = 1;
  await until(16);
  autoscaler[Symbol.dispose]();
  expect(time.pendingTimers).toBe(0);
});

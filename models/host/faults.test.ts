import { once } from 'node:events';
import { connect } from 'node:net';
import { credentials, status } from '@grpc/grpc-js';
import { describe, expect, test, vi } from 'vitest';
import { callUnary } from '../../infra/grpc/call.ts';
import { FaultServiceClient } from '../../proto/generated/models/v1/faults.ts';
import { connectFaults } from './fault-client.ts';
import { type ModelHost, type ModelHostOptions, startModelHost } from './host.ts';
import { seededRandom } from './random.ts';
import { connectModel, inputs, slowScorer, titleScorer } from './test-model.ts';

const start = (options: Partial<ModelHostOptions> = {}): Promise<ModelHost> =>
  startModelHost({ scorer: titleScorer, faults: { port: 0, random: seededRandom(1) }, ...options });

async function startWithSwitch(options: Partial<ModelHostOptions> = {}) {
  const parts = new AsyncDisposableStack();
  const host = parts.use(await start(options));
  return {
    host,
    model: parts.use(connectModel(host.address)),
    faults: parts.use(connectFaults(host.faultsAddress!)),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  };
}

async function connectSocket(address: string): Promise<void> {
  const [host, port] = address.split(':');
  const socket = connect({ host: host!, port: Number(port) });
  await once(socket, 'connect');
  socket.destroy();
}

const codeOf = (call: Promise<unknown>): Promise<number> =>
  call.then(
    () => status.OK,
    (error) => error.code,
  );

describe('the fault switch', () => {
  test('does not exist unless it was asked for', async () => {
    await using host = await startModelHost({ scorer: titleScorer });
    expect(host.faultsAddress).toBeUndefined();
    const client = new FaultServiceClient(host.address, credentials.createInsecure());
    await expect(callUnary(client.getLoad.bind(client), {}, { timeoutMs: 5_000 })).rejects.toMatchObject({
      code: status.UNIMPLEMENTED,
    });
    client.close();
  });

  test('is not on the port of the model', async () => {
    await using running = await startWithSwitch();
    using wrong = connectFaults(running.host.address);
    await expect(wrong.setFaults({ down: true })).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
  });

  test('takes the model down, so that connections are refused, and back up on the same port', async () => {
    await using running = await startWithSwitch();
    const { host, model, faults } = running;
    await model.predict(inputs(0.5));
    await faults.setFaults({ down: true });
    expect(await codeOf(model.predict(inputs(0.5)))).toBe(status.UNAVAILABLE);
    await expect(connectSocket(host.address)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    expect((await faults.getLoad()).calls).toBe(1);
    await faults.setFaults({});
    using again = connectModel(host.address);
    expect((await again.predict(inputs(0.5))).predictions[0]?.probability).toBe(0.5);
  });

  test('cuts the calls in flight when it takes the model down', async () => {
    await using running = await startWithSwitch({ scorer: slowScorer(20) });
    const { host, model, faults } = running;
    await model.predict([]);
    const inFlight = codeOf(model.predict(inputs(...Array(100).fill(1))));
    await vi.waitUntil(() => host.load().calls === 2, 5_000);
    await faults.setFaults({ down: true });
    expect(await inFlight).not.toBe(status.OK);
  });

  test('lets a model that is down be disposed of', async () => {
    await using running = await startWithSwitch();
    await running.faults.setFaults({ down: true });
    await running.host[Symbol.asyncDispose]();
  });

  test('makes calls hang until their deadline, counted all the same, and then work again', async () => {
    const scorer = slowScorer(0);
    await using running = await startWithSwitch({ scorer });
    const { model, faults } = running;
    await faults.setFaults({ hang: true });
    expect(await codeOf(model.predict(inputs(1, 1), { timeoutMs: 500 }))).toBe(status.DEADLINE_EXCEEDED);
    expect(await faults.getLoad()).toEqual({ calls: 1, inputs: 2, peakConcurrency: 1 });
    expect(scorer.scored()).toBe(0);
    await faults.setFaults({});
    expect(await codeOf(model.predict(inputs(1)))).toBe(status.OK);
  });

  test('is not held up by calls that hang when the host is disposed of', async () => {
    await using running = await startWithSwitch({ drainMs: 10_000 });
    const { host, model, faults } = running;
    await faults.setFaults({ hang: true });
    const hanging = codeOf(model.predict(inputs(1)));
    await vi.waitUntil(() => host.load().calls === 1, 5_000);
    const before = performance.now();
    await host[Symbol.asyncDispose]();
    expect(performance.now() - before).toBeLessThan(5_000);
    expect(await hanging).toBe(status.UNAVAILABLE);
  });

  test('makes answers late', async () => {
    await using running = await startWithSwitch();
    const { model, faults } = running;
    await faults.setFaults({ latency: { medianMs: 150, p99Ms: 150 } });
    const before = performance.now();
    await model.predict(inputs(0.5));
    expect(performance.now() - before).toBeGreaterThanOrEqual(145);
  });

  test('answers the asked-for share of calls with each status, before anything is scored', async () => {
    const scorer = slowScorer(0);
    await using running = await startWithSwitch({ scorer });
    const { model, faults } = running;
    await faults.setFaults({
      errors: [
        { code: status.UNAVAILABLE, rate: 0.5 },
        { code: status.INTERNAL, rate: 0.25 },
      ],
    });
    const codes = await Promise.all(Array.from({ length: 200 }, () => codeOf(model.predict(inputs(1)))));
    const share = (code: number): number => codes.filter((other) => other === code).length / codes.length;
    expect(share(status.UNAVAILABLE)).toBeCloseTo(0.5, 0.7);
    expect(share(status.INTERNAL)).toBeCloseTo(0.25, 0.7);
    expect(share(status.OK)).toBe(scorer.scored() / codes.length);
    expect(share(status.OK)).toBeCloseTo(0.25, 0.7);
  });

  test('answers the asked-for share of inputs with probabilities that are none', async () => {
    await using running = await startWithSwitch();
    const { model, faults } = running;
    await faults.setFaults({ garbageRate: 1 });
    const all = (await model.predict(inputs(...Array(60).fill(0.5)))).predictions;
    expect(new Set(all.map(({ probability }) => probability))).toEqual(new Set([Number.NaN, -1, 2]));
    await faults.setFaults({ garbageRate: 0.5 });
    const some = (await model.predict(inputs(...Array(100).fill(0.5)))).predictions;
    expect(some.filter(({ probability }) => probability === 0.5).length / 100).toBeCloseTo(0.5, 0.7);
  });

  test('replaces the faults in force rather than adding to them', async () => {
    await using running = await startWithSwitch();
    const { model, faults } = running;
    await faults.setFaults({ errors: [{ code: status.INTERNAL, rate: 1 }] });
    await faults.setFaults({ garbageRate: 1 });
    expect(await codeOf(model.predict(inputs(0.5)))).toBe(status.OK);
  });

  test('names every field at fault and leaves the faults in force as they were', async () => {
    await using running = await startWithSwitch();
    const { model, faults } = running;
    await faults.setFaults({ errors: [{ code: status.ABORTED, rate: 1 }] });
    await expect(
      faults.setFaults({ down: true, errors: [{ code: 99, rate: 2 }], garbageRate: -1 }),
    ).rejects.toMatchObject({
      code: status.INVALID_ARGUMENT,
      details:
        'errors[0].code must be 1 to 16, but is 99; errors[0].rate must be 0 to 1, but is 2; ' +
        'garbage_rate must be 0 to 1, but is -1',
    });
    expect(await codeOf(model.predict(inputs(0.5)))).toBe(status.ABORTED);
  });

  test('repeats itself for the same seed', async () => {
    const run = async (): Promise<number[]> => {
      await using running = await startWithSwitch({ faults: { port: 0, random: seededRandom(42) } });
      await running.faults.setFaults({ errors: [{ code: status.UNAVAILABLE, rate: 0.5 }] });
      const codes: number[] = [];
      for (let call = 0; call < 20; call += 1) codes.push(await codeOf(running.model.predict(inputs(0.5))));
      return codes;
    };
    const first = await run();
    expect(await run()).toEqual(first);
    expect(new Set(first).size).toBe(2);
  });

  test('gives up a call to a host that does not answer', async () => {
    using nobody = connectFaults('127.0.0.1:1', { timeoutMs: 200 });
    expect([status.DEADLINE_EXCEEDED, status.UNAVAILABLE]).toContain(await codeOf(nobody.getLoad()));
  });

  test('frees the port of the model when its own port is in use', async () => {
    await using other = await start();
    const taken = Number(other.faultsAddress!.split(':')[1]);
    const gone = await startModelHost({ scorer: titleScorer });
    const port = Number(gone.address.split(':')[1]);
    await gone[Symbol.asyncDispose]();
    await expect(start({ port, faults: { port: taken } })).rejects.toThrow(`Can't listen on 127.0.0.1:${taken}`);
    await using freed = await start({ port });
    expect(freed.address).toBe(gone.address);
  });
});

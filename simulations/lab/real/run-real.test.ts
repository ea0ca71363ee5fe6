import { connect } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { MODELS } from '../../../infra/local/stack.ts';
import { processesWith } from '../../../test/integration/run-command.ts';
import { describeWithServers } from '../../../test/servers/servers.ts';
import { parseIncident } from '../incident.ts';
import type { Notes } from '../recorder.ts';
import { strategyNamed } from '../strategies/strategies.ts';
import { planReal, type RealRunOptions } from './plan-real.ts';
import { runReal } from './run-real.ts';

afterEach(() => void vi.unstubAllEnvs());

const INCIDENT = `
title: A model is down for a moment
about: Short enough for a test.
calm: 4s
after: 5s
subscriptions: { items: { backoff: { min: 1s, max: 2s } } }
faults: [{ kind: model down, model: ill, at: 0s, for: 6s }]
`;

async function planOf(changes: Partial<RealRunOptions> = {}) {
  return planReal({
    incident: parseIncident(INCIDENT, 'short.yaml'),
    strategy: strategyNamed('nack', MODELS),
    replicas: 2,
    rate: 5,
    seed: 1,
    env: process.env,
    ...changes,
  });
}

const silent = { tell: () => {}, onProgress: () => {} };

/** What is started from now on can be counted: it inherits a mark, which this process, being older, does not bear. */
function countStarted(mark: string): () => number {
  vi.stubEnv('EDDY_TEST_MARK', mark);
  return () => processesWith(mark).length;
}

function isAnswering(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(Number(address.split(':')[1]), '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function sum(values: ReadonlyMap<number, number> | undefined, fromS: number, toS: number): number {
  return [...(values ?? [])].reduce(
    (total, [second, value]) => (second >= fromS && second < toS ? total + value : total),
    0,
  );
}

function undecided({ events }: Notes): number {
  return [...events.values()].filter(({ models, decidedAtMs }) => models.some((model) => !decidedAtMs.has(model)))
    .length;
}

describeWithServers(['redis-server'], 'an incident on the local stack', () => {
  test('under nack the healthy models are asked more than is published while one is down, and all is decided in the end', {
    timeout: 60_000,
  }, async () => {
    const started = countStarted(`lab-nack-${process.pid}`);
    const plan = await planOf();
    const { notes, durationMs } = await runReal(plan, { ...silent, signal: new AbortController().signal });
    expect(plan.models[0]).toBe('weapons');
    const published = notes.series.get('published');
    for (const healthy of ['money', 'counterfeit']) {
      const inputs = notes.inputs.get(healthy);
      expect(sum(inputs, 0, 3)).toBeLessThanOrEqual(sum(published, 0, 4));
      expect(sum(inputs, 5, 11)).toBeGreaterThan(1.3 * sum(published, 5, 11));
    }
    // Nothing arrives at a model that is down.
    expect(sum(notes.inputs.get('weapons'), 5, 9)).toBe(0);
    expect(sum(notes.series.get('proxyLoad'), 5, 11)).toBeGreaterThan(1.3 * sum(published, 5, 11));
    expect(Math.max(...(notes.series.get('oldestUnacked')?.values() ?? []))).toBeGreaterThan(4);
    expect(undecided(notes)).toBe(0);
    expect(durationMs).toBeGreaterThanOrEqual(plan.loadMs);
    expect(started()).toBe(0);
  });

  test('when it is stopped in the middle it ends with the reason, and leaves no process', {
    timeout: 60_000,
  }, async () => {
    const started = countStarted(`lab-stopped-${process.pid}`);
    const told: string[] = [];
    let most = 0;
    const stop = new AbortController();
    const plan = await planOf({ strategy: strategyNamed('eddy', MODELS), replicas: 1 });
    const running = runReal(plan, {
      tell: (line) => void told.push(line),
      onProgress({ atMs }) {
        most = Math.max(most, started());
        if (atMs > 1_000) stop.abort(new Error('enough'));
      },
      signal: stop.signal,
    });
    await expect(running).rejects.toThrow('enough');
    // Pub/Sub, the catalogue, three models and a proxy; Redis writes over its environment, and is found by its address.
    expect([most, started()]).toEqual([6, 0]);
    const addresses = told.flatMap((line) => line.match(/127\.0\.0\.1:\d+/) ?? []);
    expect(addresses).toHaveLength(7);
    expect(await Promise.all(addresses.map(isAnswering))).toEqual(Array(7).fill(false));
  });
});

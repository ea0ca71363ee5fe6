import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { connectPubSub } from '../../proxy/intake/pubsub-client.ts';
import { describeWithServers } from '../../test/servers/servers.ts';
import { connectMisbehaviour } from '../pubsub/server/misbehaviour-client.ts';
import { startEmbeddedPubSub } from '../servers/embedded-pubsub.ts';
import { chooseBroker, chooseCaches } from './choices.ts';
import { startAll } from './start-all.ts';

const { signal } = new AbortController();

describe('the choice of a Pub/Sub', () => {
  let nowhere: string;
  beforeEach(async () => {
    // A machine without gcloud and Java.
    nowhere = await mkdtemp(join(tmpdir(), 'eddy-empty-path-'));
    vi.stubEnv('PATH', nowhere);
    vi.stubEnv('JAVA_HOME', undefined);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await rm(nowhere, { recursive: true });
  });

  test('falls on the one that PUBSUB_EMULATOR_HOST names', async () => {
    await using running = await startEmbeddedPubSub();
    await using chosen = await chooseBroker({ PUBSUB_EMULATOR_HOST: running.host }, signal);
    expect(chosen).toMatchObject({ host: running.host, description: `${running.host} (PUBSUB_EMULATOR_HOST)` });
    expect(chosen.embedded).toBeUndefined();
  });

  test('is refused when nobody answers at PUBSUB_EMULATOR_HOST', async () => {
    await expect(chooseBroker({ PUBSUB_EMULATOR_HOST: '127.0.0.1:1' }, signal)).rejects.toThrow(
      'nothing answers at 127.0.0.1:1',
    );
  });

  test("falls on the embedded one where Google's emulator is not installed, and says why", async () => {
    await using chosen = await chooseBroker({}, signal);
    expect(chosen.description).toMatch(
      /^embedded Pub\/Sub on 127\.0\.0\.1:\d+ \(Google's emulator is not installed: it needs Java 11/,
    );
    expect(chosen.embedded?.host).toBe(chosen.host);
  });

  test('follows a wish for the embedded one, whatever else there is', async () => {
    await using chosen = await chooseBroker({ PUBSUB_EMULATOR_HOST: '127.0.0.1:1' }, signal, { broker: 'embedded' });
    expect(chosen.description).toBe(`embedded Pub/Sub on ${chosen.host} (as wished for)`);
  });

  test('hands the seed on, so that the embedded one misbehaves the same way again', async () => {
    const outcomes = async () => {
      await using chosen = await chooseBroker({}, signal, { broker: 'embedded', seed: 7 });
      using faults = connectMisbehaviour(chosen.host);
      await faults.setMisbehaviour({ refusedPublishes: [{ code: 7, share: 0.5 }] });
      vi.stubEnv('PUBSUB_EMULATOR_HOST', chosen.host);
      const pubsub = connectPubSub('p');
      const [topic] = await pubsub.createTopic('events');
      const taken: boolean[] = [];
      for (let count = 0; count < 20; count++) {
        const publishing = topic.publishMessage({ data: Buffer.from('a') });
        taken.push(
          await publishing.then(
            () => true,
            () => false,
          ),
        );
      }
      await pubsub.close();
      return taken;
    };
    const first = await outcomes();
    expect(new Set(first).size).toBe(2);
    expect(await outcomes()).toEqual(first);
  });

  test("is refused when Google's emulator is wished for and not installed", async () => {
    await expect(chooseBroker({}, signal, { broker: 'emulator' })).rejects.toThrow(
      "Google's Pub/Sub emulator is not installed",
    );
  });
});

describeWithServers(['redis-server'], 'the choice of caches', () => {
  const env = { REDIS_URL: 'redis://somewhere:6379' };

  test('falls on one for all proxies, that which REDIS_URL names', async () => {
    await using chosen = new AsyncDisposableStack();
    const caches = await startAll(chosen, chooseCaches(env, signal, { proxies: 3 }));
    expect(caches.map(({ url, server }) => [url, server])).toEqual([[env.REDIS_URL, undefined]]);
  });

  test('falls on a redis-server beside each proxy where that is wished for, whatever REDIS_URL names', async () => {
    await using chosen = new AsyncDisposableStack();
    const caches = await startAll(chosen, chooseCaches(env, signal, { wish: 'beside-each', proxies: 2 }));
    expect(new Set(caches.map(({ server }) => server?.url)).size).toBe(2);
    expect(caches.map(({ kind, url }) => [kind, url])).toEqual(caches.map(({ server }) => ['redis', server?.url]));
  });

  test("falls on each proxy's own memory where that is wished for", async () => {
    await using chosen = new AsyncDisposableStack();
    const caches = await startAll(chosen, chooseCaches(env, signal, { wish: 'own-memory', proxies: 2 }));
    expect(caches).toMatchObject([{ kind: 'memory' }]);
    expect(caches[0]!.url).toBeUndefined();
  });
});

import { expect, test, vi } from 'vitest';
import { connectPubSub } from '../../proxy/intake/pubsub-client.ts';
import { describeWithServers, usePubSubEmulator } from '../servers/servers.ts';
import { itemEvent } from './item-events.ts';
import { startProxyProcess } from './proxy-process.ts';
import { startRig } from './rig.ts';

vi.setConfig({ testTimeout: 90_000 });

describeWithServers(['pubsub-emulator'], 'a proxy that is set up wrong', () => {
  const emulator = usePubSubEmulator();
  const rigOf = () => startRig({ emulator: emulator(), models: { arms: {} }, role: 'none' });

  test('names every topic and subscription that is missing, with the command that creates it, and exits with 1', async () => {
    await using rig = await rigOf();
    const { topics, subscriptions } = rig.names;
    const config = rig.configText({
      pubsub: {
        topics: { ...topics, decisions: 'no-decisions', deadLetter: 'no-letters' },
        subscriptions: { ...subscriptions, items: 'no-items' },
      },
    });
    const { message } = await startFailure(config);
    expect(message).toContain('exit code 1');
    const project = `--project=${emulator().projectId}`;
    for (const line of [
      `topic no-decisions does not exist; create it: gcloud pubsub topics create no-decisions ${project}`,
      `topic no-letters does not exist; create it: gcloud pubsub topics create no-letters ${project}`,
      'subscription no-items does not exist; create it: gcloud pubsub subscriptions create no-items --topic=',
    ]) {
      expect(message).toContain(line);
    }
  });

  test('needs the backlog subscription in every role, for entries that nobody keeps are lost; the other in its own', async () => {
    await using rig = await rigOf();
    const without = (intake: 'items' | 'backlog') => ({
      pubsub: { subscriptions: { ...rig.names.subscriptions, [intake]: 'nowhere' } },
    });
    await rig.startProxy('backlog', without('items'));
    await expect(rig.startProxy('items', without('backlog'))).rejects.toThrow('subscription nowhere does not exist');
    await expect(rig.startProxy('all', without('items'))).rejects.toThrow('subscription nowhere does not exist');
  });

  test('refuses a backlog subscription that would lose entries: of another topic, or with a filter', async () => {
    await using rig = await rigOf();
    const client = connectPubSub(emulator().projectId);
    await client.createSubscription(rig.names.topics.decisions, 'astray');
    await client.createSubscription(rig.names.topics.backlog, 'filtered', { filter: 'attributes.owed = "weapons"' });
    await client.createSubscription(rig.names.topics.backlog, 'forgetful', {
      messageRetentionDuration: { seconds: 600 },
    });
    await client.close();
    const withBacklog = (backlog: string) => ({ pubsub: { subscriptions: { ...rig.names.subscriptions, backlog } } });
    await expect(rig.startProxy('backlog', withBacklog('astray'))).rejects.toThrow(
      /astray is on .*entries would never/,
    );
    await expect(rig.startProxy('backlog', withBacklog('filtered'))).rejects.toThrow(/filtered has a filter/);
    await rig.startProxy('backlog', withBacklog('forgetful'));
    expect(rig.log.some(({ msg }) => msg?.includes('keeps entries for 600000 ms, less than backlog.maxAge'))).toBe(
      true,
    );
  });

  test('warns of a subscription without a retry policy, with the command that sets one, and goes on', async () => {
    await using rig = await rigOf();
    const client = connectPubSub(emulator().projectId);
    await client.createSubscription(rig.names.topics.backlog, 'bare', {
      deadLetterPolicy: {
        deadLetterTopic: `projects/${emulator().projectId}/topics/${rig.names.topics.deadLetter}`,
        maxDeliveryAttempts: 5,
      },
    });
    await client.close();
    await rig.startProxy('all', { pubsub: { subscriptions: { ...rig.names.subscriptions, backlog: 'bare' } } });
    const warnings = rig.log.filter(({ event }) => event === 'setup');
    expect(warnings.map(({ level }) => level)).toEqual(['warn', 'warn']);
    expect(warnings.map(({ msg }) => msg).join('\n')).toMatch(
      /bare has no retry policy.*gcloud pubsub subscriptions update bare --min-retry-delay=.* --max-retry-delay=.* --project=/,
    );
    expect(warnings.map(({ msg }) => msg).join('\n')).toMatch(/bare has a dead-letter policy/);
    await rig.publish(itemEvent());
    await rig.decisions.first();
  });

  test('says which port is in use', async () => {
    await using rig = await rigOf();
    const first = await rig.startProxy();
    for (const [section, address] of [
      ['http', first.http],
      ['grpc', first.grpc],
    ] as const) {
      const port = Number(address.split(':')[1]);
      await expect(rig.startProxy('all', { [section]: { port } })).rejects.toThrow(
        new RegExp(`Can't listen on ${address}: the port is in use`),
      );
    }
    // What had started already is stopped: the messages go to the proxy that runs.
    await rig.publish(itemEvent());
    await rig.decisions.first();
    const { message } = await startFailure(rig.configText({ http: { port: Number(first.http.split(':')[1]) } }));
    expect(message).toMatch(/exit code 1.*the port is in use/s);
  });

  test('lists all that is wrong with its configuration and exits with 2', async () => {
    const { message } = await startFailure(`
      pubsub: { project: p, subscription: { items: a } }
      items: { budget: 2 minutes }
      models:
        arms: { topic: arms, target: a:1, reads: [title, colour], policy: { review: 0.9, remove: 0.5 } }
    `);
    expect(message).toContain('exit code 2');
    for (const fault of ['pubsub.subscription', 'items.budget', 'models.arms.reads.1'])
      expect(message).toContain(fault);

    const broken = await startFailure('models: { arms: [\nitems: }');
    expect(broken.message).toMatch(/exit code 2.*line 2/s);
  });

  test('says that the broker can’t be reached, within 15 seconds', async () => {
    await using rig = await rigOf();
    const from = performance.now();
    const { message } = await startFailure(rig.configText(), { PUBSUB_EMULATOR_HOST: '127.0.0.1:1' });
    expect(performance.now() - from).toBeLessThan(15_000);
    expect(message).toMatch(/exit code 1.*can't be looked up: .*(UNAVAILABLE|ECONNREFUSED)/s);
  });

  test.each([
    { what: 'nobody listens at', target: '127.0.0.1:1' },
    { what: 'nobody knows', target: 'dns:///no-such-host.invalid:50051' },
  ])('with a model that $what warns, and decides what the others say', async ({ target }) => {
    await using rig = await startRig({
      emulator: emulator(),
      models: { arms: {}, money: { settings: { target, timeout: '1s' } } },
    });
    expect(rig.log.find(({ event, model }) => event === 'model' && model === 'money')).toMatchObject({
      level: 'warn',
      target,
      msg: 'does not answer; its part waits in the backlog',
    });
    await rig.publish(itemEvent());
    const { value } = await rig.decisions.first();
    expect(value.topics).toMatchObject([{ probability: 0.1 }, { error: expect.stringMatching(/^[A-Z_]+: /) }]);
    await rig.backlog.first();
  });

  test('with a catalogue that is away warns, and starts', async () => {
    await using rig = await startRig({
      emulator: emulator(),
      models: { arms: {} },
      settings: { enrichment: { seller: { target: '127.0.0.1:1' } } },
    });
    expect(rig.log.find(({ event }) => event === 'source')).toMatchObject({ level: 'warn', target: '127.0.0.1:1' });
  });
});

/** What a proxy process ends with before it listens. */
async function startFailure(config: string, env?: Readonly<Record<string, string>>): Promise<Error> {
  try {
    await using child = await startProxyProcess({ config, ...(env ? { env } : {}) });
    throw new Error(`the proxy has started: ${child.lastOutput()}`);
  } catch (error) {
    return error as Error;
  }
}

import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Collector, collect } from '../../infra/local/collector.ts';
import { MODELS } from '../../infra/local/stack.ts';
import { describeWithServers } from '../../test/servers/servers.ts';
import { configurationOf } from './configuration.ts';
import type { Contestant } from './contestants.ts';
import { type Ground, openGround } from './ground.ts';
import { repeatedTexts } from './items.ts';
import { NAMES } from './options.ts';
import { startContestant } from './turn.ts';

const ITEMS = 40;
const PACE = { rate: 10_000, outstanding: ITEMS };
const { signal } = new AbortController();

describeWithServers(['redis-server'], 'the contestants', () => {
  const resources = new AsyncDisposableStack();
  let ground: Ground;
  const heard: { readonly data: Buffer; readonly attributes: Readonly<Record<string, string>> }[] = [];

  beforeAll(async () => {
    const reporter = { say() {}, progress() {} };
    ground = resources.use(await openGround({ broker: 'embedded', env: process.env, signal, reporter }));
    const unexpected = (error: Error) => expect.unreachable(error.message);
    const ears: Collector = await collect(
      ground.stack.pubsub,
      'moderation-decisions',
      (message) => void heard.push(message),
      unexpected,
    );
    resources.use(ears);
  }, 60_000);
  afterAll(() => resources.disposeAsync(), 30_000);

  test('publish the same decisions, and ask no model for what is cached', { timeout: 60_000 }, async () => {
    const first = await outputsOf(NAMES[0]!);
    expect(first.outputs).toHaveLength(2 * ITEMS);
    for (const name of NAMES.slice(1)) expect((await outputsOf(name)).outputs).toEqual(first.outputs);
  });

  /** What a contestant publishes for items, and for others with the same texts; in the order of their numbers. */
  async function outputsOf(contestant: Contestant) {
    heard.length = 0;
    await ground.clear();
    await using _program = await startContestant(ground, { contestant, configuration: configurationOf(4) }, signal);
    await ground.traffic.pass(items(0), PACE, signal);
    const asked = await inputsAsked();
    expect(asked).toBeGreaterThan(0);
    await ground.traffic.pass(items(ITEMS), PACE, signal);
    expect(await inputsAsked(), `${contestant}: inputs that were asked again`).toBe(asked);
    await expect.poll(() => heard.length).toBe(2 * ITEMS);
    const outputs = heard.map(({ data, attributes }) => {
      const { decidedAt, ...decision } = JSON.parse(data.toString()) as Record<string, unknown>;
      const { 'source-message-id': source, ...others } = attributes;
      expect([typeof decidedAt, typeof source]).toEqual(['string', 'string']);
      return { decision, attributes: others };
    });
    return { outputs: outputs.sort((a, b) => (a.attributes['item-id']! < b.attributes['item-id']! ? -1 : 1)) };
  }

  async function* items(from: number) {
    const { primer } = repeatedTexts(ground.listings, 1);
    for (let index = 0; index < ITEMS; index++) yield primer(from + index, index);
  }

  async function inputsAsked(): Promise<number> {
    const loads = await Promise.all(MODELS.map((model) => ground.stack.load(model)));
    return loads.reduce((sum, { inputs }) => sum + inputs, 0);
  }
});

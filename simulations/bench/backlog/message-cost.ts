import { parseConfig } from '../../../proxy/config.ts';
import { connectTopics } from '../../../proxy/outlets/google-topics.ts';
import { createPublisher } from '../../../proxy/outlets/publisher.ts';
import { configurationOf, modelNamesOf } from '../configuration.ts';
import type { Ground } from '../ground.ts';
import { waitingEntry } from './entries.ts';

/** Publishes that are under way at one time: a proxy at saturation has about as many. */
const AT_ONE_TIME = 200;

/**
 * What it takes to publish one backlog entry as the proxy does, from the entry to the broker's confirmation, in
 * microseconds of CPU of this process, which does nothing else meanwhile. As many are published before, to warm up.
 */
export async function publishMicros(ground: Ground, models: number, count: number): Promise<number> {
  const { pubsub } = parseConfig(configurationOf(models), ground.stack.environment);
  await using topics = await connectTopics(ground.stack.pubsub);
  const publisher = createPublisher(topics, pubsub, { published() {} }, () => performance.now());
  const names = modelNamesOf(models);
  const entry = { scored: names.slice(0, -1), owed: names.at(-1)! };
  const publishSome = async () => {
    let left = count;
    const one = async () => {
      while (left-- > 0) await publisher.publish('backlog', waitingEntry(ground.listings, ground.numbers(1), entry));
    };
    await Promise.all(Array.from({ length: AT_ONE_TIME }, one));
  };
  await publishSome();
  const before = process.cpuUsage();
  await publishSome();
  const { user, system } = process.cpuUsage(before);
  await ground.clear();
  return (user + system) / count;
}

import type { Replica } from './replica.ts';
import { total } from './scrape.ts';

/** Deliveries of item events to the proxies so far, repeated ones included, as they count them. */
export async function receivedItems(replicas: readonly Pick<Replica, 'figures'>[]): Promise<number> {
  const figures = await Promise.all(replicas.map((replica) => replica.figures()));
  return figures.reduce(
    (sum, { samples }) => sum + total(samples, 'eddy_messages_received_total', 'intake="items"'),
    0,
  );
}

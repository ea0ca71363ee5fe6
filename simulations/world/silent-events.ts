import type { Events } from '../../proxy/telemetry/events.ts';

const nothing = () => {};

/** What happens in a proxy, told to nobody: whoever wants to hear of some of it puts that in its place. */
export const SILENT: Events = {
  received: nothing,
  arrived: nothing,
  settled: nothing,
  quarantined: nothing,
  superseded: nothing,
  consulted: nothing,
  concluded: nothing,
  strayed: nothing,
  notConfirmed: nothing,
  handlerFailed: nothing,
  published: nothing,
  sent: nothing,
  called: nothing,
  coalesced: nothing,
  breakerChanged: nothing,
  cacheHit: nothing,
  cacheMissed: nothing,
  cacheBypassed: nothing,
  seller: { fetched: nothing, servedStale: nothing },
};

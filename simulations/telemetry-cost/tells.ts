import type { Events } from '../../proxy/telemetry/events.ts';

/** A function of {@link Events}, whatever it is told. */
export type Tell = (...args: readonly unknown[]) => void;

/** The functions of {@link Events} by their names: `settled`, or `seller.fetched`. */
export function tellsOf(events: Events): ReadonlyMap<string, Tell> {
  const tells = new Map<string, Tell>();
  mapTells(events, (name, tell) => {
    tells.set(name, tell);
    return tell;
  });
  return tells;
}

/** The same events with other functions in the places of theirs, whichever there are. */
export function mapTells(events: Events, map: (name: string, tell: Tell) => Tell): Events {
  return mapPart(events, map, '') as Events;
}

function mapPart(part: object, map: (name: string, tell: Tell) => Tell, prefix: string): object {
  return Object.fromEntries(
    Object.entries(part).map(([key, value]) => {
      const name = `${prefix}${key}`;
      return [key, typeof value === 'function' ? map(name, value) : mapPart(value, map, `${name}.`)];
    }),
  );
}

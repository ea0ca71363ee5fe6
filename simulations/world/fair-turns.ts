import type { Random } from './random.ts';

type Listen = (subscription: string, listener: () => void) => () => void;

interface Audience {
  readonly listeners: Set<() => void>;
  readonly stop: () => void;
}

/**
 * Leaves to chance which of a subscription's receivers hears first that there is something to deliver, as the service does
 * it. Left to the order of their timers, which know whole milliseconds only, the first replica would get nearly all.
 */
export function inFairTurns(listen: Listen, random: Random): Listen {
  const audiences = new Map<string, Audience>();

  function audienceOf(subscription: string): Audience {
    const listeners = new Set<() => void>();
    const stop = listen(subscription, () => {
      for (const tell of random.shuffled([...listeners])) if (listeners.has(tell)) tell();
    });
    return { listeners, stop };
  }

  return (subscription, listener) => {
    const audience = audiences.get(subscription) ?? audienceOf(subscription);
    audiences.set(subscription, audience);
    const own = () => listener();
    audience.listeners.add(own);
    return () => {
      audience.listeners.delete(own);
      if (audience.listeners.size > 0 || audiences.get(subscription) !== audience) return;
      audiences.delete(subscription);
      audience.stop();
    };
  };
}

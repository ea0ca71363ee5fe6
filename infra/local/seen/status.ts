import { styleText } from 'node:util';
import type { Moment } from '../console/wire.ts';
import type { LiveLine, Screen } from './live-line.ts';
import type { Sampler } from './sampler.ts';

/** Colours the text, where the terminal has colours and NO_COLOR does not forbid them. */
export type Paint = (style: 'red' | 'yellow' | 'dim', text: string) => string;

export function paintFor(screen: Screen): Paint {
  return (style, text) => styleText(style, text, { stream: screen as NodeJS.WriteStream });
}

/** Shows, in one line, how it goes. */
export function startStatus(
  sampler: Pick<Sampler, 'onMoment'>,
  live: Pick<LiveLine, 'show'>,
  paint: Paint,
): Disposable {
  const end = sampler.onMoment((moment) => live.show(statusLine(moment, paint)));
  return {
    [Symbol.dispose]() {
      end();
      live.show('');
    },
  };
}

export function statusLine(moment: Moment, paint: Paint = (_, text) => text): string {
  const rate = (perSecond: number) => `${Math.round(perSecond)}/s`;
  const models = moment.models.map(({ name, inputsPerSecond, breaker }) => {
    const text = `${name} ${rate(inputsPerSecond)}`;
    if (breaker === 'closed') return text;
    return paint(breaker === 'open' ? 'red' : 'yellow', `${text} (${breaker})`);
  });
  return [
    paint('dim', new Date(moment.atMs).toTimeString().slice(0, 8)),
    `in ${rate(moment.publishedPerSecond)}`,
    `settled ${rate(moment.settledPerSecond)}`,
    // First what must not be cut off.
    `behind ${moment.books.unheard}`,
    `waiting ${moment.books.waiting}`,
    ...models,
    `cache hits ${moment.cacheShare === null ? '–' : `${Math.round(moment.cacheShare * 100)} %`}`,
  ].join('  ');
}

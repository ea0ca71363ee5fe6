import { Counter, type CounterConfiguration, type LabelValues } from 'prom-client';

/** One series of a counter. */
export interface Tally {
  /** Adds one. */
  add(): void;
}

/** A counter whose most frequent series are held on to: finding a series by its labels costs more than adding to it. */
export interface TalliedCounter<L extends string> extends Counter<L> {
  /** The series with these labels. What is added to it shows when the counter is read; before that, it shows nothing. */
  series(labels: LabelValues<L>): Tally;
}

export function tallied<L extends string>(configuration: CounterConfiguration<L>): TalliedCounter<L> {
  const settlers: (() => void)[] = [];
  const counter = new Counter<L>({
    ...configuration,
    collect() {
      for (const settle of settlers) settle();
    },
  });

  function series(labels: LabelValues<L>): Tally {
    let tally = 0;
    settlers.push(() => {
      if (tally > 0) counter.inc(labels, tally);
      tally = 0;
    });
    return {
      add() {
        tally++;
      },
    };
  }
  return Object.assign(counter, { series });
}

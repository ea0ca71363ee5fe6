import type { Point, StreamEvents } from '../wire.ts';

/** What the console's charts are made of, as it is told to every page. */
export interface Points extends Disposable {
  all(): readonly Point[];
  loadOf(model: string): (point: Point) => number;
}

/** Listens to a console as a page does. */
export function recordPoints(address: string): Points {
  const points: Point[] = [];
  const stop = new AbortController();
  let models: readonly string[] = [];

  async function listen(): Promise<void> {
    const response = await fetch(`${address}/events`, { signal: stop.signal });
    let rest = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      const events = (rest + chunk).split('\n\n');
      rest = events.pop()!;
      for (const event of events) {
        const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
        if (name === 'welcome') ({ models } = JSON.parse(data!) as StreamEvents['welcome']);
        if (name === 'moment') points.push((JSON.parse(data!) as StreamEvents['moment']).point);
      }
    }
  }
  listen().catch(() => {}); // It ends with the console, or with the test.
  return {
    all: () => points,
    loadOf: (model) => (point) => point.load[models.indexOf(model)] ?? 0,
    [Symbol.dispose]: () => stop.abort(),
  };
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

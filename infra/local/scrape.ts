/** The samples of a Prometheus exposition: by `name{label="value",…}`, as it is written there. */
export type Samples = ReadonlyMap<string, number>;

/** Reads what a `/metrics` endpoint says; undefined when it does not answer within a second. */
export async function scrape(address: string): Promise<Samples | undefined> {
  try {
    const response = await fetch(`http://${address}/metrics`, { signal: AbortSignal.timeout(1_000) });
    return response.ok ? parseSamples(await response.text()) : undefined;
  } catch {
    return undefined; // A replica that is gone or busy: what it said last still counts.
  }
}

export function parseSamples(text: string): Samples {
  const samples = new Map<string, number>();
  for (const line of text.split('\n')) {
    const end = line.lastIndexOf(' ');
    if (end > 0 && !line.startsWith('#')) samples.set(line.slice(0, end), Number(line.slice(end + 1)));
  }
  return samples;
}

/** The sum over all series of a metric that have the labels. */
export function total(samples: Samples, name: string, ...labels: string[]): number {
  let sum = 0;
  for (const [series, value] of samples) {
    if (series !== name && !series.startsWith(`${name}{`)) continue;
    if (labels.every((label) => series.includes(label))) sum += value;
  }
  return sum;
}

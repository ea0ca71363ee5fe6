import { connectFaults, type FaultSwitch } from '../../models/host/fault-client.ts';
import { type ModelHost, startModelHost } from '../../models/host/host.ts';
import type { Load } from '../../models/host/load-meter.ts';
import type { Item } from '../../proto/generated/moderation/v1/item.ts';
import type { PredictInput, Prediction } from '../../proto/generated/moderation/v1/model.ts';

/** What a model says of an item: a probability, or what stands in its place. */
export type Answer = (item: Item, input: PredictInput) => number | Prediction;

/** A real model host whose answers a test chooses, and which keeps what it was asked. */
export interface RecordingModel extends AsyncDisposable {
  readonly name: string;
  readonly address: string;
  readonly version: string;
  /** What it says from now on. */
  answer: Answer;
  /** Inputs that were answered, faults aside, in their order; an input that comes twice is there twice. */
  readonly inputs: readonly PredictInput[];
  /** How often it has answered for the item. */
  timesAsked(itemId: string): number;
  /** What has reached the host, counted before any fault. */
  load(): Promise<Load>;
  setFaults: FaultSwitch['setFaults'];
  /** Ends it and starts it again on the same port, as another version. Its load counts from 0 again. */
  redeploy(version: string): Promise<void>;
}

export interface RecordingModelOptions {
  readonly name: string;
  readonly version: string;
  readonly answer: Answer;
}

export async function startRecordingModel(options: RecordingModelOptions): Promise<RecordingModel> {
  const { name } = options;
  let { answer, version } = options;
  const inputs: PredictInput[] = [];
  const counts = new Map<string, number>();

  function score(input: PredictInput): Prediction {
    const item = input.item!;
    inputs.push(input);
    counts.set(item.itemId, (counts.get(item.itemId) ?? 0) + 1);
    const said = answer(item, input);
    return typeof said === 'number' ? { probability: said } : said;
  }

  async function start(port: number): Promise<{ host: ModelHost; faults: FaultSwitch }> {
    const host = await startModelHost({ scorer: { version, score }, port, faults: { port: 0 }, drainMs: 200 });
    return { host, faults: connectFaults(host.faultsAddress!, { timeoutMs: 15_000 }) };
  }

  let running = await start(0);
  const { address } = running.host;

  async function stop(): Promise<void> {
    running.faults[Symbol.dispose]();
    await running.host[Symbol.asyncDispose]();
  }

  return {
    name,
    address,
    inputs,
    get version() {
      return version;
    },
    get answer() {
      return answer;
    },
    set answer(next) {
      answer = next;
    },
    timesAsked: (itemId) => counts.get(itemId) ?? 0,
    load: () => running.faults.getLoad(),
    setFaults: (faults) => running.faults.setFaults(faults),
    async redeploy(next) {
      version = next;
      await stop();
      running = await start(Number(address.split(':')[1]));
    },
    [Symbol.asyncDispose]: stop,
  };
}

/** The status of an input, in the place of its probability. */
export function inputError(code: number, message: string): Prediction {
  return { error: { code, message, details: [] } };
}

import type { ModelClient } from '../../../proxy/panel/model-client.ts';

/** What a model is kept busy with, until it is disposed of. */
export interface Load extends AsyncDisposable {
  /** Inputs that were answered so far. */
  readonly answered: number;
  /** Rejects when a call fails, or an input has no probability. */
  readonly failed: Promise<never>;
}

export interface LoadOptions {
  /** Encoded; each is asked about in its turn, over and over. */
  readonly inputs: readonly Uint8Array[];
  /** Inputs in a call. */
  readonly batch: number;
  /** Calls that are under way at any time: the next leaves when one is answered. */
  readonly calls: number;
}

const TIMEOUT_MS = 10_000;

export function startLoad(client: ModelClient, { inputs, batch, calls }: LoadOptions): Load {
  const { promise: failed, reject: fail } = Promise.withResolvers<never>();
  failed.catch(() => {});
  let answered = 0;
  let next = 0;
  let isEnding = false;

  function nextInputs(): Uint8Array[] {
    const taken = Array.from({ length: batch }, (_, index) => inputs[(next + index) % inputs.length]!);
    next = (next + batch) % inputs.length;
    return taken;
  }

  async function keepAsking(): Promise<void> {
    try {
      while (!isEnding) {
        const { predictions } = await client.predict(nextInputs(), TIMEOUT_MS);
        const unscored = predictions.find(({ probability }) => probability === undefined);
        if (unscored) throw new Error(`an input has no probability: ${unscored.error?.message ?? 'and no error'}`);
        if (predictions.length !== batch) throw new Error(`${batch} inputs had ${predictions.length} predictions`);
        answered += batch;
      }
    } catch (error) {
      isEnding = true;
      fail(error);
    }
  }

  const asking = Array.from({ length: calls }, keepAsking);
  return {
    get answered() {
      return answered;
    },
    failed,
    async [Symbol.asyncDispose]() {
      isEnding = true;
      await Promise.all(asking);
    },
  };
}

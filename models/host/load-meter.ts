import type { Predict } from './predict.ts';

/** What a model has been asked since it was started, whatever became of it. */
export interface Load {
  readonly calls: number;
  readonly inputs: number;
  /** The most calls that were being answered at one time. */
  readonly peakConcurrency: number;
}

export class LoadMeter {
  #calls = 0;
  #inputs = 0;
  #active = 0;
  #peak = 0;

  read(): Load {
    return { calls: this.#calls, inputs: this.#inputs, peakConcurrency: this.#peak };
  }

  /** Counts every call before it is passed on. */
  metering(predict: Predict): Predict {
    return async (request, call) => {
      this.#calls += 1;
      this.#inputs += request.inputs.length;
      this.#active += 1;
      this.#peak = Math.max(this.#peak, this.#active);
      try {
        return await predict(request, call);
      } finally {
        this.#active -= 1;
      }
    };
  }
}

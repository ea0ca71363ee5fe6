import { status } from '@grpc/grpc-js';
import { type CallContext, RpcError } from '../../infra/grpc/unary.ts';
import type { SetFaultsRequest } from '../../proto/generated/models/v1/faults.ts';
import type { Prediction } from '../../proto/generated/moderation/v1/model.ts';
import type { Predict } from './predict.ts';
import { logNormal, type Random } from './random.ts';

/** The faults of single calls; that the host is down is its server's affair. */
export type CallFaults = Omit<SetFaultsRequest, 'down'>;

export const noFaults: CallFaults = { hang: false, latency: undefined, errors: [], garbageRate: 0 };

const garbage = [Number.NaN, -1, 2] as const;
/** A real model that hangs runs out of something in the end; this one of patience, before the memory is gone. */
const maxHeld = 10_000;

/**
 * Puts faults before a model: a call first waits (for ever when hanging), then fails or is passed on, and of what comes
 * back a share is replaced by garbage. A call that waits already is not touched by a later change of the faults.
 */
export class FaultInjector {
  readonly #random: Random;
  readonly #held = new Set<(error?: RpcError) => void>();
  #faults = noFaults;
  #released = false;

  constructor(random: Random) {
    this.#random = random;
  }

  replace(faults: CallFaults): void {
    this.#faults = faults;
  }

  injecting(predict: Predict): Predict {
    return async (request, call) => {
      const { hang, latency, errors, garbageRate } = this.#faults;
      if (hang) await this.#hold(undefined, call);
      if (latency) await this.#hold(logNormal(latency.medianMs, latency.p99Ms, this.#random), call);
      const code = this.#drawStatus(errors);
      if (code !== undefined) throw new RpcError(code, `a rehearsed fault: status ${status[code]}`);
      const response = await predict(request, call);
      if (garbageRate === 0) return response;
      return { ...response, predictions: response.predictions.map((real) => this.#maybeGarbage(real, garbageRate)) };
    };
  }

  /** Answers whatever is held with UNAVAILABLE and holds nothing from now on, so that the host can close. */
  release(): void {
    this.#released = true;
    for (const end of this.#held) end(new RpcError(status.UNAVAILABLE, 'the host is closing'));
  }

  /** Waits that long, or without an end. @throws RpcError when the caller gives up, the host closes, too many wait. */
  #hold(delayMs: number | undefined, call: CallContext): Promise<void> {
    if (this.#released) return Promise.resolve();
    if (this.#held.size >= maxHeld) {
      const message = `the rehearsed fault holds ${maxHeld} calls already, which is the limit`;
      return Promise.reject(new RpcError(status.RESOURCE_EXHAUSTED, message));
    }
    return new Promise((resolve, reject) => {
      const onAbort = (): void => end(new RpcError(status.CANCELLED, 'the caller has given up'));
      const end = (error?: RpcError): void => {
        clearTimeout(timer);
        this.#held.delete(end);
        call.signal.removeEventListener('abort', onAbort);
        if (error) reject(error);
        else resolve();
      };
      const timer = delayMs === undefined ? undefined : setTimeout(end, delayMs);
      this.#held.add(end);
      if (call.signal.aborted) onAbort();
      else call.signal.addEventListener('abort', onAbort, { once: true });
    });
  }

  #drawStatus(errors: CallFaults['errors']): number | undefined {
    if (errors.length === 0) return undefined;
    let drawn = this.#random();
    for (const { code, rate } of errors) {
      drawn -= rate;
      if (drawn < 0) return code;
    }
    return undefined;
  }

  #maybeGarbage(real: Prediction, rate: number): Prediction {
    if (this.#random() >= rate) return real;
    return { probability: garbage[Math.floor(this.#random() * garbage.length)] };
  }
}

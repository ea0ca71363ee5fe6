import { limits } from '../../../infra/pubsub/broker/limits.ts';
import type { Config } from '../../../proxy/config-schema.ts';
import type { Calibration } from './calibrate.ts';
import type { WhatIfResult } from './result.ts';
import type { SliceSeen } from './slice.ts';
import type { SliceRequest } from './slice-request.ts';

export interface Found {
  readonly slice: SliceSeen;
  readonly calibration: Calibration;
  readonly result: WhatIfResult;
  readonly whole: SliceRequest;
  readonly config: Config;
}

/** More entries per event than this before anything is ill: the size itself is too much. */
const CALM_LEAK = 0.02;
/** Events of the main subscription wait longer than this, in seconds: it is behind. */
const BEHIND_S = 10;

/** What does not hold at the size that is asked about, in sentences. */
export function findingsOf({ slice, calibration, result, whole, config }: Found): string[] {
  const { rate, replicas } = whole;
  const found: string[] = [];
  if (slice.entriesInCalm > CALM_LEAK) {
    found.push(
      `Before anything is ill, ${Math.round(slice.entriesInCalm * 100)} % of the events go to the backlog: ${(rate / replicas).toFixed(1)} events/s are too much for one replica with this configuration. Take more replicas, or more calls at one time (models.*.concurrency).`,
    );
  }
  if (slice.oldestUnackedS > BEHIND_S) {
    found.push(
      `The main subscription falls behind, by ${slice.oldestUnackedS.toFixed(0)} s in the slice: raise items.maxInFlight (${config.items.maxInFlight}), or take more replicas.`,
    );
  }
  if (result.drainS === null) {
    found.push(
      `The backlog does not drain: with entries waiting, the model does ${Math.round(calibration.efficiency * 100)} % of what it could, which leaves too little beyond live traffic.`,
    );
  }
  const { pods } = whole.incident.model;
  if (pods.min < pods.max && result.pods === pods.min && result.drainS !== null) {
    found.push(
      `While the backlog drains, the pods of the ill model are busy for ${Math.round(calibration.efficiency * 100)} %; its autoscaler aims at ${Math.round(pods.target * 100)} % and adds none.`,
    );
  }
  if (result.deliveriesPerS > 0.9 * result.intakeBoundPerS) {
    found.push(
      `Redeliveries take all that the intakes have (${told(result.intakeBoundPerS)}/s): raise backlog.maxInFlight (${config.backlog.maxInFlight}) or the subscription's longest pause.`,
    );
  }
  if (result.deliveriesPerReplicaS > rate / replicas) {
    const times = result.deliveriesPerReplicaS / (rate / replicas);
    found.push(
      `At the peak each replica is handed ${told(result.deliveriesPerReplicaS)} waiting entries a second, ${times.toFixed(0)} times as many as events, only to give them back. What that takes of its CPU is not part of this answer; a longer longest pause saves it (see the table of pauses).`,
    );
  }
  if (result.abandoned >= 1) {
    found.push(`${told(result.abandoned)} entries are given up, older than backlog.maxAge when they are delivered.`);
  }
  const retentionS = limits.retentionMs.byDefault / 1_000;
  if (result.oldestS > retentionS) {
    found.push(
      `Entries are older than ${retentionS / 86_400} days, for which Pub/Sub keeps messages unless told otherwise: they are lost.`,
    );
  }
  return found;
}

const told = (count: number) => Math.round(count).toLocaleString('en-US');

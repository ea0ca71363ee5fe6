import Table from 'cli-table3';
import type { Compared, ErrorRow } from './compare.ts';
import type { WhatIfResult } from './result.ts';
import { PATIENCE_S, type SliceTold, type WhatIfAnswer } from './what-if.ts';

/** The answer as it is printed. */
export function whatIfLines(answer: WhatIfAnswer): string[] {
  const { calibration, errors, findings, prices, ill, outages, sensitivity } = answer;
  const longestS = Math.max(...outages.map(({ fromS, toS }) => toS - fromS));
  const { throughput, storage, currency } = prices;
  return [
    `What if: ${answer.title} (${ill.join(', ')}), for ${duration(longestS)}`,
    `at ${count(answer.rate)} events/s on ${count(answer.replicas)} replicas with ${answer.models} models, under ${answer.strategy}`,
    ...answer.assumptions.map((assumption) => `  assumed: ${assumption}`),
    ...tableOf([], summary(answer)),
    `Prices: ${prices.title} of ${prices.date} (${prices.url}), list prices, to be checked: ${currency} ${throughput.perTiB} per TiB published or delivered, ${currency} ${storage.perGiBMonth} per GiB and month that messages are kept beyond ${storage.freeHours} h. Without the decisions.`,
    '',
    ...findings.map((finding) => `! ${finding}`),
    ...(findings.length > 0 ? [''] : []),
    'The same with other longest pauses between two deliveries (the maximum backoff of the backlog subscription):',
    ...tableOf(
      [
        'longest pause',
        'drained',
        'deliveries/s at the peak',
        'per replica',
        'cost of the incident',
        'cost per day at the peak',
      ],
      sensitivity.map((one) => pauseRow(one, currency)),
    ),
    '',
    'How: a fluid model of the backlog, calibrated on event-by-event runs of slices with the same rate per replica and capacity per event:',
    ...calibration.slices.map((slice) => `  ${sliceText(slice)}`),
    `There the model did ${percent(calibration.efficiency)} of its capacity while entries waited (${calibration.efficiencies.map(percent).join(' to ')} in all runs), and the last replica was back ${calibration.returnWithinS.toFixed(1)} s after the model.`,
    'The model against event-by-event runs that it was not calibrated on:',
    ...tableOf(
      ['replicas', 'events/s', 'outage', 'drained', 'deepest backlog', 'deliveries'],
      errors.rows.map(errorRow),
    ),
    `${errors.passed ? 'PASS' : 'FAIL'}  largest error ${percent(errors.largest)}, expected at most ${percent(errors.tolerance)}`,
    `Answered in ${answer.tookS.toFixed(0)} s.`,
  ];
}

function summary({ calibration, result, drainRangeS, prices: { currency } }: WhatIfAnswer): string[][] {
  const { cost } = result;
  const slice = calibration.slices[0]!;
  const range = drainRangeS.map(drained).join(' to ');
  return [
    ['drained (95 %), after the return', `${drained(result.drainS)} (${range} by the efficiencies of all runs)`],
    [
      'deepest backlog',
      `${count(result.peakDepth)} entries of ${Math.round(calibration.entryBytes)} bytes: ${bytes(result.peakBytes)}`,
    ],
    [
      'deliveries of entries',
      `${count(result.deliveries)}; at the peak ${count(result.deliveriesPerS)}/s, ${count(result.deliveriesPerReplicaS)}/s per replica`,
    ],
    ['pods of the ill model, at most', count(result.pods)],
    ['entries given up', count(result.abandoned)],
    ['main subscription, oldest event', `${slice.oldestUnackedS.toFixed(1)} s, in the first of the slices below`],
    [
      'healthy topics decided (p99)',
      slice.delayP99 === null ? 'none is healthy' : `within ${slice.delayP99.toFixed(2)} s, in the same slice`,
    ],
    ['cost of the incident', money(cost.total, currency)],
    ['  entries published', money(cost.entries, currency)],
    [
      '  entries delivered, each time',
      `${money(cost.deliveries, currency)}; per day at the peak ${money(cost.deliveriesPerDayAtPeak, currency)}`,
    ],
    ['  storage', money(cost.storage, currency)],
  ];
}

function sliceText({ rate, replicas, outageS, models, events }: SliceTold): string {
  const proxies = replicas === 1 ? '1 replica' : `${replicas} replicas`;
  return `${count(rate)} events/s on ${proxies} with ${models} models, ${outageS} s of outage, ${count(events)} events`;
}

function pauseRow(result: WhatIfResult, currency: string): string[] {
  return [
    duration(result.maxBackoffS),
    drained(result.drainS),
    count(result.deliveriesPerS),
    count(result.deliveriesPerReplicaS),
    money(result.cost.total, currency),
    money(result.cost.deliveriesPerDayAtPeak, currency),
  ];
}

function errorRow({ replicas, rate, outageS, eventByEvent, fluid, errors }: ErrorRow): string[] {
  const cell = (name: keyof Compared, text: (value: number) => string) => {
    const told = (value: number | undefined) => (value === undefined ? 'never' : text(value));
    return `${told(fluid[name])}, seen ${told(eventByEvent[name])}: ${percent(errors[name])}`;
  };
  return [
    count(replicas),
    count(rate),
    `${outageS} s`,
    cell('drainS', (value) => `${value.toFixed(1)} s`),
    cell('peakDepth', count),
    cell('deliveries', count),
  ];
}

function tableOf(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const style = { head: [], border: [], compact: true };
  const table = new Table(head.length > 0 ? { style, head: [...head] } : { style });
  table.push(...rows.map((row) => [...row]));
  return table.toString().split('\n');
}

function drained(drainS: number | null): string {
  return drainS === null ? `not within ${duration(PATIENCE_S)}` : duration(drainS);
}

function count(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toFixed(1)));
}

function percent(share: number): string {
  return Number.isFinite(share) ? `${(share * 100).toFixed(1)} %` : 'only one of the two drains';
}

function duration(seconds: number): string {
  if (seconds < 120) return `${Math.round(seconds)} s`;
  return seconds < 7_200 ? `${Number((seconds / 60).toFixed(1))} min` : `${Number((seconds / 3_600).toFixed(1))} h`;
}

function bytes(value: number): string {
  return value < 2 ** 30 ? `${(value / 2 ** 20).toFixed(1)} MiB` : `${(value / 2 ** 30).toFixed(1)} GiB`;
}

function money(value: number, currency: string): string {
  return `${currency} ${value >= 100 ? Math.round(value).toLocaleString('en-US') : value.toFixed(2)}`;
}

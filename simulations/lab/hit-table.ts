import Table from 'cli-table3';
import type { RunRecord } from './record.ts';

/** Redeliveries that have a column each. */
const RETRIES = [1, 2, 3, 4];

/**
 * How often a prediction kept in a replica's memory was there on a redelivery, in percent, next to the published rule,
 * min(1, redeliveries / replicas), and to what follows when each delivery goes to any replica alike: 1 - (1 - 1 /
 * replicas) ^ redeliveries.
 */
export function hitTable(records: readonly RunRecord[]): string {
  const table = new Table({
    head: ['replicas', ...RETRIES.map((retry) => `redelivery ${retry}`)],
    colAligns: ['left', ...RETRIES.map(() => 'right' as const)],
    style: { head: [], border: [] },
  });
  for (const { replicas, mode, hits } of records) {
    const cells = RETRIES.map((retry) => {
      const measured = hits.find((one) => one.retry === retry);
      return measured
        ? [measured.hitShare, ruleOf(retry, replicas), exactOf(retry, replicas)].map(percent).join(' / ')
        : '–';
    });
    table.push([mode === 'real' ? `${replicas}, real` : String(replicas), ...cells]);
  }
  return table.toString();
}

function ruleOf(retry: number, replicas: number): number {
  return Math.min(1, retry / replicas);
}

function exactOf(retry: number, replicas: number): number {
  return 1 - (1 - 1 / replicas) ** retry;
}

function percent(share: number): string {
  return (100 * share).toFixed(0);
}

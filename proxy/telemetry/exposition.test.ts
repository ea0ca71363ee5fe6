import { expect, test } from 'vitest';
import { promtoolReading } from '../../infra/prometheus/promtool.ts';
import { createModelMetrics } from '../../models/host/metrics.ts';
import { describeWithServers } from '../../test/servers/servers.ts';
import type { Member } from '../panel/member.ts';
import { createLedger } from '../store/ledger.ts';
import { configOf } from '../testing/config.ts';
import { ENTRIES } from './events.ts';
import { addGauges } from './gauges.ts';
import { createMetrics } from './metrics.ts';
import { createOldest } from './oldest.ts';

function proxyWith(version: () => string) {
  const metrics = createMetrics(configOf({ weapons: {} }));
  const now = () => 0;
  const member: Partial<Member> = {
    name: 'weapons',
    breaker: 'closed',
    limit: 1,
    batchLimit: 1,
    callsInFlight: 0,
    inputsInFlight: 0,
    waiting: () => 0,
    get version() {
      return version();
    },
  };
  addGauges(metrics, {
    panel: { members: new Map([['weapons', member as Member]]) } as never,
    publisher: { inFlight: 0 },
    intakes: [{ name: 'items', inFlight: 0, isOpen: true }],
    service: { inFlight: 0 },
    ledger: createLedger({ accounts: ['weapons', ENTRIES], store: {}, now }),
    oldest: createOldest(1_000, now),
    wallMs: now,
  });
  return metrics.registry;
}

describeWithServers(['prometheus'], 'what is exported, read by Prometheus', () => {
  test.each([
    ['the proxy', () => proxyWith(() => 'v1').metrics()],
    ['a model', () => createModelMetrics({ model: 'weapons', version: 'v1', waiting: () => 0 }).registry.metrics()],
    ['the proxy, of a model of an odd version', () => proxyWith(() => 'a"} 1\nb\\ \r\0 テ🍵').metrics()],
  ])('leaves nothing to be said: %s', async (_what, read) => {
    expect(await promtoolReading(await read(), 'check', 'metrics')).toEqual({ code: 0, output: '' });
  });
});

test('a model that says another version with every answer makes no more than a few series', async () => {
  let said = 0;
  const registry = proxyWith(() => `v${++said}`);
  const seen = new Set<string>();
  for (let scrapes = 0; scrapes < 200; scrapes++) {
    const own = (await registry.metrics()).split('\n').filter((line) => line.startsWith('eddy_model_info{'));
    expect(own).toHaveLength(1);
    seen.add(own[0]!);
  }
  expect(seen.size).toBe(33);
  expect(seen).toContain('eddy_model_info{model="weapons",version="other"} 1');
});

import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { COMMITTED, committedTexts } from '../../infra/grafana/committed.ts';
import { type PanelQuery, panelQueries, readDashboard } from '../../infra/grafana/panel-queries.ts';
import { substitute } from '../../infra/grafana/substitute.ts';
import { publishAll } from '../../infra/local/publishing.ts';
import { ITEM_EVENTS } from '../../infra/local/pubsub-setup.ts';
import { endlessEvents } from '../../infra/local/source.ts';
import { startStack } from '../../infra/local/stack.ts';
import { RULE_FILES } from '../../infra/prometheus/rule-files.ts';
import { type Prometheus, startPrometheus } from '../../infra/servers/prometheus.ts';
import { describeWithServers } from '../servers/servers.ts';
import { eventually } from './waits.ts';

vi.setConfig({ testTimeout: 180_000 });

const repository = join(import.meta.dirname, '../..');
const RATE = 40;
/** The alerts' minutes are seconds here. */
const TIME_SCALE = 60;
/** Four scrapes, as the dashboards ask of a Grafana whose interval is that of the scrapes. */
const SCRAPE_MS = 500;
const RATE_INTERVAL = '4s';

describeWithServers(['redis-server', 'prometheus'], 'Prometheus beside a local stack, through an incident', () => {
  test('fires the alert of the ill model and no other, lets it resolve, and has data for every panel', async () => {
    const run = new AbortController();
    await using stack = await startStack({
      replicas: 2,
      config: join(repository, 'infra/local/eddy.yaml'),
      broker: 'embedded',
      env: process.env,
      signal: run.signal,
      tell: () => {},
      onProxyLog: () => {},
    });
    await using prometheus = await startPrometheus({
      targets: stack.targets,
      ruleFiles: RULE_FILES,
      scrapeIntervalMs: SCRAPE_MS,
      timeScale: TIME_SCALE,
    });
    await prometheus.untilScraped();
    const publishing = publishAll(endlessEvents(join(repository, 'test/data/items.jsonl'), Number.POSITIVE_INFINITY), {
      pubsub: stack.pubsub,
      topic: ITEM_EVENTS,
      rate: RATE,
      signal: run.signal,
      onPublished: () => {},
    });
    await using _publishing = {
      async [Symbol.asyncDispose]() {
        run.abort();
        await publishing.catch(() => {});
      },
    };

    const fromMs = Date.now();
    await untilOwed(prometheus, 'weapons', (owed) => owed === 0);
    await stack.break({ part: 'weapons', how: 'down' });
    await eventually(
      () => firing(prometheus),
      (alerts) => expect(alerts).toContain('EddyModelBreakerOpen weapons'),
    );
    // The main stream is not behind, and neither the other models nor the books are in the way.
    expect(await firing(prometheus)).toEqual(['EddyModelBreakerOpen weapons']);
    await untilOwed(prometheus, 'weapons', (owed) => owed > RATE);
    expect(await owedBy(prometheus, 'money')).toBe(0);

    await stack.repair({ part: 'weapons', how: 'down' });
    await untilOwed(prometheus, 'weapons', (owed) => owed === 0);
    await eventually(
      () => firing(prometheus),
      (alerts) => expect(alerts).toEqual([]),
    );

    const toMs = Date.now();
    const empty: string[] = [];
    for (const query of dashboardQueries()) {
      if (!(await hasData(prometheus, query, fromMs, toMs)))
        empty.push(`${query.dashboard}, ${query.panel}: ${query.expr}`);
    }
    expect(empty).toEqual([]);

    const rules = await prometheus.rules();
    expect(rules.filter(({ health }) => health !== 'ok')).toEqual([]);
    const alerts = rules.filter(({ kind }) => kind === 'alerting');
    expect(alerts.length).toBeGreaterThan(10);
    // An alert that is quiet answers with nothing; one that can't be asked rejects.
    for (const { query } of alerts) await expect(prometheus.query(query)).resolves.toBeDefined();
  });
});

function dashboardQueries(): PanelQuery[] {
  return [...committedTexts(COMMITTED).values()].flatMap((text) => panelQueries(readDashboard(text)));
}

/** Whether a panel showed a figure at any time of the incident. */
async function hasData(prometheus: Prometheus, query: PanelQuery, fromMs: number, toMs: number): Promise<boolean> {
  const expr = substitute(query.expr, { rateInterval: RATE_INTERVAL, interval: '1s', range: '60s' });
  const series = await prometheus.queryRange(expr, fromMs, toMs, 1_000);
  return series.some(({ points }) => points.some(({ value }) => !Number.isNaN(value)));
}

/**
 * The alerts that fire, each with the model that it is of. Without that on the objective of the delay: an hour of it is a
 * minute here, so that a second in which the machine has other work to do burns as much of it as a minute would.
 */
async function firing(prometheus: Prometheus): Promise<string[]> {
  const alerts = await prometheus.alerts();
  return alerts
    .filter(({ name, state }) => state === 'firing' && name !== 'EddyDecisionDelayBudgetBurning')
    .map(({ name, labels }) => [name, labels['model']].filter(Boolean).join(' '));
}

async function owedBy(prometheus: Prometheus, model: string): Promise<number> {
  const [sample] = await prometheus.query(`model:eddy_backlog_owed:now{model="${model}"}`);
  return sample?.value ?? Number.NaN;
}

function untilOwed(prometheus: Prometheus, model: string, isIt: (owed: number) => boolean): Promise<unknown> {
  return eventually(
    () => owedBy(prometheus, model),
    (owed) => expect(owed).toSatisfy(isIt),
  );
}

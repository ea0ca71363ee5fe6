import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { isRunning } from '../../test/servers/is-running.ts';
import { describeWithServers } from '../../test/servers/servers.ts';
import { freePort } from './free-port.ts';
import { type Prometheus, startPrometheus } from './prometheus.ts';

/** Figures that a test sets, served as a program serves its own. */
function serveFigures() {
  let text = '';
  const server = createServer((_request, response) => response.end(text));
  return {
    say: (figures: string) => {
      text = `${figures}\n`;
    },
    open: () =>
      new Promise<string>((resolve) => {
        server.listen(0, '127.0.0.1', () => resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`));
      }),
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

describeWithServers(['prometheus'], 'a Prometheus of our own', () => {
  const figures = serveFigures();
  let folder: string;
  let address: string;
  let prometheus: Prometheus;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'eddy-rules-'));
    const rules = join(folder, 'rules.yml');
    await writeFile(
      rules,
      `
groups:
  - name: test
    rules:
      - { record: 'level:depth:avg', expr: 'avg_over_time(depth[2m])' }
      - alert: Deep
        expr: depth > 10
        for: 1m
        labels: { severity: page }
        annotations: { summary: 'It is {{ $value }} deep' }
`,
    );
    figures.say('depth{place="pond"} 3\nabyss +Inf\nvoid NaN\nmodel_up{model="weapons"} 1');
    address = await figures.open();
    prometheus = await startPrometheus({
      targets: [{ job: 'eddy-model', address, labels: { model: 'weapons' } }],
      scrapeIntervalMs: 200,
      ruleFiles: [rules],
      timeScale: 60,
    });
    await prometheus.untilScraped();
  });
  afterAll(async () => {
    await prometheus?.[Symbol.asyncDispose]();
    await figures.close();
    await rm(folder, { recursive: true, force: true });
  });

  test('scrapes what it was told to and answers expressions', async () => {
    const found = await prometheus.query('depth');
    expect(found).toMatchObject([
      {
        labels: { __name__: 'depth', place: 'pond', job: 'eddy-model', instance: address, model: 'weapons' },
        value: 3,
      },
    ]);
    expect(Math.abs(found[0]!.atMs - Date.now())).toBeLessThan(10_000);
    expect(await prometheus.query('depth > 100')).toEqual([]);
    expect(await prometheus.query('scalar(depth) + 1')).toMatchObject([{ labels: {}, value: 4 }]);
    expect(await prometheus.query('abyss')).toMatchObject([{ value: Number.POSITIVE_INFINITY }]);
    expect(await prometheus.query('-abyss')).toMatchObject([{ value: Number.NEGATIVE_INFINITY }]);
    expect(await prometheus.query('void')).toMatchObject([{ value: Number.NaN }]);
    expect(await prometheus.query('depth', Date.now() - 3_600_000)).toEqual([]);
  });

  test('leaves figures the labels that their target has too', async () => {
    expect((await prometheus.query('model_up'))[0]!.labels).not.toHaveProperty('exported_model');
  });

  test('answers what a series was over a time', async () => {
    const toMs = Date.now();
    const [series] = await prometheus.queryRange('depth', toMs - 1_000, toMs, 250);
    expect(series!.labels).toMatchObject({ place: 'pond' });
    expect(series!.points.length).toBeGreaterThan(0);
    for (const { value } of series!.points) expect(value).toBe(3);
  });

  test('names the expression that it does not understand', async () => {
    const refusal = `Prometheus at ${prometheus.url} can't answer "sum(depth": bad_data: `;
    await expect(prometheus.query('sum(depth')).rejects.toThrow(refusal);
    await expect(prometheus.queryRange('sum(depth', 0, 1_000, 500)).rejects.toThrow(refusal);
    await expect(prometheus.query('depth[1m]')).rejects.toThrow('can\'t answer "depth[1m]": not an answer of its API');
  });

  test('evaluates its rules in faster time: an alert waits, fires and resolves', async () => {
    await expect.poll(() => prometheus.query('level:depth:avg'), { timeout: 5_000 }).toMatchObject([{ value: 3 }]);
    expect(await prometheus.alerts()).toEqual([]);
    figures.say('depth{place="pond"} 11');
    await expect.poll(() => prometheus.alerts(), { timeout: 5_000 }).toMatchObject([{ name: 'Deep' }]);
    await expect
      .poll(() => prometheus.alerts(), { timeout: 5_000 })
      .toMatchObject([
        {
          name: 'Deep',
          state: 'firing',
          value: 11,
          labels: { alertname: 'Deep', severity: 'page', place: 'pond' },
          annotations: { summary: 'It is 11 deep' },
        },
      ]);
    expect(await prometheus.rules()).toMatchObject([
      { kind: 'recording', group: 'test', name: 'level:depth:avg', query: 'avg_over_time(depth[2s])', health: 'ok' },
      { kind: 'alerting', name: 'Deep', state: 'firing', forMs: 1_000, labels: { severity: 'page' } },
    ]);
    figures.say('depth{place="pond"} 3');
    await expect.poll(() => prometheus.alerts(), { timeout: 5_000 }).toEqual([]);
  });

  test('scrapes other targets when it is told to, and tells which of them do not answer', async () => {
    const nobody = `127.0.0.1:${await freePort()}`;
    await prometheus.setTargets([
      { job: 'eddy-proxy', address },
      { job: 'eddy-proxy', address: nobody },
    ]);
    await expect
      .poll(async () => (await prometheus.targets()).map(({ labels }) => labels['job']), { timeout: 15_000 })
      .toEqual(['eddy-proxy', 'eddy-proxy']);
    await expect(prometheus.untilScraped(1_000)).rejects.toThrow(
      `has not scraped its targets within 1000 ms: ${nobody} fails: `,
    );
  });

  test('tells that its port is in use, and leaves no folder', async () => {
    const folders = async () => (await readdir(tmpdir())).filter((name) => name.startsWith('eddy-prometheus-'));
    const before = await folders();
    await expect(startPrometheus({ port: prometheus.port })).rejects.toThrow(
      new RegExp(`prometheus on port ${prometheus.port} ended before it was ready[^]*address already in use`),
    );
    expect((await folders()).filter((name) => !before.includes(name))).toEqual([]);
  });

  test('tells which rule is at fault', async () => {
    const rules = join(folder, 'faulty.yml');
    await writeFile(rules, "groups: [{ name: g, rules: [{ alert: A, expr: 'sum(' }] }]");
    await expect(startPrometheus({ ruleFiles: [rules] })).rejects.toThrow(
      /ended before it was ready[\s\S]*faulty\.yml/,
    );
  });

  test('is gone with all that it kept when it is disposed of', async () => {
    let pid: number;
    let data: string;
    {
      await using another = await startPrometheus();
      pid = another.pid;
      await another.untilScraped(); // Nothing to scrape.
      const flags = await fetch(`${another.url}/api/v1/status/flags`);
      data = ((await flags.json()) as { data: Record<string, string> }).data['storage.tsdb.path']!;
      expect(isRunning(pid)).toBe(true);
      expect(existsSync(data)).toBe(true);
    }
    expect(isRunning(pid)).toBe(false);
    expect(existsSync(data)).toBe(false);
  });

  test('is not started when that was called off', async () => {
    const reason = new Error('called off');
    await expect(startPrometheus({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });
});

test('where prometheus is not installed, it is said how to install it', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'eddy-empty-'));
  onTestFinished(() => rm(empty, { recursive: true }));
  await expect(startPrometheus({ searchPath: empty })).rejects.toThrow(
    'prometheus is not on the PATH (Debian: apt-get install prometheus',
  );
});

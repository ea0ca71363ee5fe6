import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';

const folder = join(import.meta.dirname, '../local');

const service = z.strictObject({
  image: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).optional(),
  volumes: z.array(z.string()).optional(),
  ports: z.array(z.string()).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string(), restart: z.boolean().optional() })).optional(),
  healthcheck: z.object({ test: z.array(z.string()) }),
  network_mode: z.string().optional(),
  init: z.boolean().optional(),
  working_dir: z.string().optional(),
  stop_grace_period: z.string().optional(),
});

const compose = z
  .strictObject({
    name: z.string(),
    services: z.record(z.string(), service),
    volumes: z.record(z.string(), z.null()),
  })
  .parse(parse(readFileSync(join(folder, 'compose.yaml'), 'utf8')));
const services = Object.entries(compose.services);

test('every image has a version', () => {
  for (const [name, { image }] of services) expect(image, name).toMatch(/:v?\d+[\w.-]*$/);
});

test('what is mounted is there', () => {
  for (const [name, { volumes = [] }] of services) {
    for (const volume of volumes) {
      const [from = ''] = volume.split(':');
      if (from.startsWith('.')) expect(existsSync(resolve(folder, from)), `${name}: ${from}`).toBe(true);
      else expect(Object.keys(compose.volumes), name).toContain(from);
    }
  }
});

test('of the repository nothing is mounted to be written', () => {
  for (const [name, { volumes = [] }] of services) {
    for (const volume of volumes.filter((one) => one.startsWith('.'))) expect(volume, name).toMatch(/:ro$/);
  }
});

test('services refer to services that there are', () => {
  for (const [name, { depends_on = {}, network_mode }] of services) {
    const named = [...Object.keys(depends_on), ...(network_mode ? [network_mode.replace(/^service:/, '')] : [])];
    expect(Object.keys(compose.services), name).toEqual(expect.arrayContaining(named));
  }
});

test('ports are open to this machine only', () => {
  for (const [name, { ports = [] }] of services) {
    for (const port of ports) expect(port, name).toMatch(/^127\.0\.0\.1:\d+:\d+$/);
  }
});

test('Grafana opens with a dashboard that is mounted, and finds its data source', () => {
  const { environment = {}, volumes = [] } = compose.services['grafana']!;
  const home = environment['GF_DASHBOARDS_DEFAULT_HOME_DASHBOARD_PATH']!;
  const [from] = volumes.find((volume) => volume.includes(':/etc/eddy/dashboards:'))!.split(':');
  expect(existsSync(resolve(folder, from!, home.replace('/etc/eddy/dashboards/', '')))).toBe(true);

  const provisioned = globSync('provisioning/*/*.yaml', { cwd: import.meta.dirname });
  const texts = provisioned.map((file) => readFileSync(join(import.meta.dirname, file), 'utf8'));
  expect(texts.flatMap((text) => Object.keys(parse(text)))).toEqual(
    expect.arrayContaining(['datasources', 'providers']),
  );
  const used = texts.flatMap((text) => [...text.matchAll(/\$(\w+)/g)].map(([, name]) => name));
  expect(Object.keys(environment)).toEqual(expect.arrayContaining(used));
});

test('Grafana takes rates over several scrapes', () => {
  const prometheus = parse(readFileSync(join(folder, '../prometheus/prometheus.yml'), 'utf8'));
  const taken = compose.services['grafana']!.environment!['PROMETHEUS_SCRAPE_INTERVAL'];
  expect(Number.parseInt(taken!, 10)).toBeGreaterThanOrEqual(Number.parseInt(prometheus.global.scrape_interval, 10));
});

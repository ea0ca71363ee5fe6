import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { checkExpectations, type Incident, IncidentError, parseIncident } from './incident.ts';
import { findIncident, incidentNames, listIncidents, UnknownIncidentError } from './incident-catalogue.ts';
import { illModels, worldFaults } from './incident-faults.ts';
import { durationText, FAULT_KINDS, incidentSchema, lastsMs } from './incident-schema.ts';
import { MEASURES, type MeasureName } from './record.ts';
import { STRATEGY_NAMES } from './strategies/strategies.ts';

const README = readFileSync(resolve(import.meta.dirname, '../incidents/README.md'), 'utf8');
/** Measures of healthy models, of ill ones, and of a model that does not scale. */
const OF_HEALTHY = ['healthyPeak', 'healthyMean', 'healthyTrough', 'healthyAsks', 'delayP50', 'delayP99'];
const OF_ILL = ['illPeakAfter'];

function modelsOf(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `model-${index + 1}`);
}

describe('the incidents that ship', () => {
  const incidents: Incident[] = [];
  beforeAll(async () => {
    for (const name of await incidentNames()) incidents.push(await findIncident(name));
  });

  test('are those that a platform has to be ready for', () => {
    expect(incidents.map(({ name }) => name)).toEqual([
      'all-models-down',
      'bad-deploy',
      'burst-10x',
      'catalogue-down',
      'cold-return',
      'model-down',
      'model-erring',
      'model-flapping',
      'model-hanging',
      'model-slow',
      'poison-flood',
      'proxy-crash-loop',
      'publishes-refused',
      'redis-down',
      'redis-frozen',
      'redis-slow',
      'returning-model',
      'short-hang',
      'two-models',
    ]);
  });

  test('can be run with the models and replicas that they ask for', () => {
    for (const incident of incidents) {
      expect(worldFaults(incident, modelsOf(incident.models), incident.replicas), incident.name).not.toEqual([]);
    }
  });

  test('are short', () => {
    for (const incident of incidents)
      expect(lastsMs(incident) * incident.rate, incident.name).toBeLessThanOrEqual(4_500_000);
  });

  test('have titles that fit on a line, and each its own', () => {
    for (const { name, title, about } of incidents) {
      expect(title.length, name).toBeLessThanOrEqual(50);
      expect(about.length, name).toBeGreaterThan(150);
    }
    expect(new Set(incidents.map(({ title }) => title)).size).toBe(incidents.length);
  });

  test('say what must hold of what ships, and always that nothing is lost', () => {
    for (const { name, expect: expected } of incidents) {
      const ofEddy = expected['eddy'] ?? expected['eddy@3'];
      expect(ofEddy, name).toMatchObject({ lost: { atMost: 0 }, abandoned: { atMost: 0 } });
      expect(ofEddy?.oldestUnacked, name).toBeDefined();
    }
  });

  test('expect something only of strategies that there are', () => {
    for (const incident of incidents) checkExpectations(incident, STRATEGY_NAMES);
  });

  test('bind only measures that can be taken of them', () => {
    for (const incident of incidents) {
      const models = modelsOf(incident.models);
      const ill = illModels(incident, models);
      const { min, max } = incident.model.pods;
      const without = [
        ...(ill.length === models.length ? OF_HEALTHY : []),
        ...(ill.length === 0 ? OF_ILL : []),
        ...(ill.length === 0 || min < max ? ['drain'] : []),
      ];
      for (const bounds of Object.values(incident.expect)) {
        for (const measure of without)
          expect(bounds[measure as MeasureName], `${incident.name}: ${measure}`).toBeUndefined();
      }
    }
  });

  test('are listed with their names, titles and what they are about', async () => {
    const listed = await listIncidents();
    expect(listed).toHaveLength(incidents.length);
    expect(listed.find(({ name }) => name === 'model-down')).toEqual({
      name: 'model-down',
      title: 'A model is down',
      about: expect.stringMatching(/^One model refuses every connection /),
    });
  });
});

describe("an incident of one's own", () => {
  const text = 'title: t\nabout: a\nfaults: [{ kind: cache frozen, at: 0s, for: 1s }]\n';

  test.each(['mine.yaml', 'mine.yml'])('is found by its path: %s', async (file) => {
    const folder = mkdtempSync(join(tmpdir(), 'eddy-incident-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, file), text);
    await expect(findIncident(join(folder, file))).resolves.toMatchObject({ name: 'mine', title: 't' });
  });

  test('that is not there is said to be so', async () => {
    await expect(findIncident('no/such.yaml')).rejects.toThrow(IncidentError);
  });

  test('may be as the README has it', () => {
    const example = /```yaml\n(.*?)```/s.exec(README)?.[1] ?? '';
    const incident = parseIncident(example, 'README.md');
    expect(worldFaults(incident, ['weapons', 'money'], 3)).toHaveLength(2);
  });
});

describe('an unknown name', () => {
  test('is answered by the nearest one', async () => {
    await expect(findIncident('model-dwon')).rejects.toThrow(
      'There is no incident "model-dwon"; did you mean "model-down"? A file of your own is named by its path, which ends in .yaml or .yml.',
    );
    await expect(findIncident('model-dwon')).rejects.toThrow(UnknownIncidentError);
  });

  test('far from all is answered by all', async () => {
    await expect(findIncident('earthquake')).rejects.toThrow('there are: all-models-down, bad-deploy,');
  });

  test('does not lead out of the folder', async () => {
    await expect(findIncident('../../package')).rejects.toThrow(UnknownIncidentError);
  });
});

describe('the README', () => {
  test('has every kind of fault with its keys', () => {
    for (const kind of FAULT_KINDS) expect(README).toContain(`\`${kind}\``);
  });

  test('has every key', () => {
    for (const key of Object.keys(incidentSchema.shape)) expect(README).toMatch(new RegExp(`^\\| \`${key}[.\`]`, 'm'));
  });

  test('has every measure', () => {
    for (const measure of Object.keys(MEASURES)) expect(README).toContain(`\`${measure}\``);
  });

  test('tells the defaults as they are', () => {
    const text = 'title: t\nabout: a\nfaults: [{ kind: cache frozen, at: 0s, for: 1s }]\n';
    const { calm, after, rate, replicas, models, model, subscriptions } = parseIncident(text, 'defaults.yaml');
    const { min, max, step, target, lag, every } = model.pods;
    const backoff = ({ backoff: { min, max } }: Incident['subscriptions']['items']) =>
      `{ min: ${durationText(min)}, max: ${durationText(max)} }`;
    const { items, backlog } = subscriptions;
    expect(backlog.ackDeadline).toBe(items.ackDeadline);
    const rows = [
      `\`calm\` | \`${durationText(calm)}\``,
      `\`after\` | \`${durationText(after)}\``,
      `\`rate\` | \`${rate}\``,
      `\`replicas\` | \`${replicas}\``,
      `\`models\` | \`${models}\``,
      `\`model.latency\` | \`${durationText(model.latency)}\``,
      `\`model.pods\` | \`min: ${min}\`, \`max: ${max}\`, \`step: ${step}\`, \`target: ${target}\`, \`lag: ${durationText(lag)}\`, \`every: ${durationText(every)}\``,
      `\`subscriptions.items\`, \`.backlog\` | \`ackDeadline: ${durationText(items.ackDeadline)}\`, \`backoff: ${backoff(items)}\` for items, \`${backoff(backlog)}\` for the backlog`,
    ];
    for (const row of rows) expect(README).toContain(`| ${row} |`);
  });
});

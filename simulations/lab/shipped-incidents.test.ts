import { describe, expect, test, vi } from 'vitest';
import { findIncident, incidentNames } from './incident-catalogue.ts';
import { runIncident } from './run-incident.ts';
import { parseSpec } from './strategy.ts';

// A run takes some seconds of CPU, and a test that is given up leaves its clock to the next.
vi.setConfig({ testTimeout: 180_000 });

describe('what ships holds what its incidents expect of it', async () => {
  for (const name of await incidentNames()) {
    test(name, async () => {
      const incident = await findIncident(name);
      const specs = Object.keys(incident.expect).filter((spec) => parseSpec(spec).strategy === 'eddy');
      expect(specs.length).toBeGreaterThan(0);
      for (const spec of specs) {
        const { strategy, replicas = incident.replicas } = parseSpec(spec);
        const { rate, models } = incident;
        const { verdicts } = await runIncident({ incident, strategy, replicas, rate, models, seed: 1 }, () => {});
        expect(verdicts.filter(({ passed }) => !passed)).toEqual([]);
        expect(verdicts.length).toBeGreaterThan(0);
      }
    });
  }
});

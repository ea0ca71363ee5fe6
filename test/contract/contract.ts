import { describe, test } from 'vitest';
import { type Bench, openBench } from './bench.ts';
import type { Broker } from './broker.ts';
import { DOCUMENTED, type Feature, type Features } from './features.ts';

export type Body = (bench: Bench) => Promise<void>;

/** Takes the tests of the contract. They all run side by side, each with topics and subscriptions of its own. */
export interface Contract {
  /** What every implementation does. */
  test(name: string, body: Body): void;
  /** What the documentation says and some implementation does otherwise; that test shows the difference, exactly. */
  feature(feature: Feature, name: string, bodies: { documented: Body; differing?: Body }): void;
}

/** Runs tests of the contract against a broker; where the table says that it differs, that it does. */
export function describeContract(
  groups: Readonly<Record<string, (contract: Contract) => void>>,
  features: Features,
  broker: () => Broker,
): void {
  const contract: Contract = {
    test(name, body) {
      test.concurrent(name, async () => {
        await using bench = openBench(broker());
        await body(bench);
      });
    },
    feature(feature, name, { documented, differing }) {
      const conformance = features[feature];
      if (conformance === 'documented') {
        contract.test(name, documented);
        return;
      }
      if (!differing) {
        throw new Error(`The table says that ${feature} differs (${conformance.differs}), but no test shows it`);
      }
      const { says } = DOCUMENTED[feature];
      contract.test(`${name}: not here (${conformance.differs}; right is: ${says})`, differing);
    },
  };
  for (const [name, group] of Object.entries(groups)) {
    describe.concurrent(name, () => group(contract));
  }
}

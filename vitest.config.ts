import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** What takes a minute or two; begun last, it would run alone at the end. */
const LONG = ['simulations/lab/shipped-incidents.test.ts', 'test/integration/local-stack.test.ts'];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => LONG.some((name) => moduleId.endsWith(name));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**'],
    globalSetup: 'test/servers/global-setup.ts',
    // Processes, as servers that a test starts end together with the process that started them.
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 20_000,
    hookTimeout: 45_000,
    teardownTimeout: 15_000,
    // The Pub/Sub client looks for a metadata server otherwise, which takes seconds outside Google's cloud.
    env: { METADATA_SERVER_DETECTION: 'none' },
    retry: 0,
    watch: false,
  },
});

import { randomUUID } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/** What Prometheus scrapes. */
export interface Target {
  readonly job: 'eddy-proxy' | 'eddy-model';
  /** `host:port`; figures are on its path `/metrics`. */
  readonly address: string;
  readonly labels?: Readonly<Record<string, string>>;
}

const ADDRESS = /^[^\s/]+:\d{1,5}$/;
const LABEL = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

/**
 * The text of a file that Prometheus' file_sd reads: a group for each target.
 *
 * @throws TypeError for what Prometheus would refuse in its log only, and then scrape nothing of the whole file
 */
export function targetsFile(targets: readonly Target[]): string {
  const groups = targets.map(({ job, address, labels = {} }) => {
    if (!ADDRESS.test(address)) throw new TypeError(`expected the address of a target as host:port, got "${address}"`);
    for (const label of Object.keys(labels)) {
      if (!LABEL.test(label)) throw new TypeError(`"${label}" of ${address} is no name of a label`);
    }
    return { targets: [address], labels: { ...labels, job } };
  });
  return `${JSON.stringify(groups, null, 2)}\n`;
}

/**
 * Replaces the file in one step: Prometheus reads it whenever it changes, and must not find half of it.
 *
 * @throws TypeError as {@link targetsFile}; Error when the folder can't be written to
 */
export async function writeTargetsFile(file: string, targets: readonly Target[]): Promise<void> {
  const text = targetsFile(targets);
  // In the same folder, where a rename is one step; by a name that no pattern for *.json finds.
  const draft = join(dirname(file), `.${basename(file)}.${randomUUID()}.draft`);
  try {
    await writeFile(draft, text);
    await rename(draft, file);
  } catch (error) {
    await rm(draft, { force: true });
    throw error;
  }
}

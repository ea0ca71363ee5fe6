// How many inputs a model scores in a second of CPU, without a host, measured for so many milliseconds after as long a
// warm-up: node simulations/bench/model-host/alone.ts weapons 2000
import { join } from 'node:path';
import { readListings } from '../../../infra/local/source.ts';
import { loadScorer } from '../../../models/host/scorers.ts';
import { itemsPerSecond } from '../../../models/training/speed.ts';
import { inputsFor } from './inputs.ts';

const repository = join(import.meta.dirname, '../../..');
const [model = '', milliseconds = ''] = process.argv.slice(2);
const scorer = await loadScorer(join(repository, 'models'), model);
const { decoded } = inputsFor(scorer, await readListings(join(repository, 'test/data/items.jsonl')));
process.stdout.write(`${itemsPerSecond(scorer, decoded, Number(milliseconds))}\n`);

// The benchmark: node simulations/bench/main.ts
import { runBench } from './command.ts';

process.exit(await runBench(process.argv.slice(2)));

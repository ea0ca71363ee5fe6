// The local stack at a steady rate with mild faults, looked at for what grows: npm run soak
import { runSoak } from './command.ts';

process.exit(await runSoak(process.argv.slice(2), process.env));

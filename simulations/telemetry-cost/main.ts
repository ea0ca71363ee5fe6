// What telemetry costs per item: npm run telemetry-cost
import { runTelemetryCost } from './command.ts';

process.exit(await runTelemetryCost(process.argv.slice(2), process.env));

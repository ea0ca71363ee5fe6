// A proxy whose telemetry is as shipped, silent, or recorded: node simulations/telemetry-cost/proxy.ts --config FILE
import { runProxy } from '../../proxy/command.ts';
import { exchangeIn, FOLDER_VARIABLE } from './exchange.ts';
import { programOf } from './program.ts';

const program = await programOf(exchangeIn(process.env[FOLDER_VARIABLE] ?? '.'));
const code = await runProxy(process.argv.slice(2), process.env, program.makers);
await program.end();
process.exit(code);

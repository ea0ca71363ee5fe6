// A proxy under the strategy that EDDY_LAB_STRATEGY names: node simulations/lab/real/proxy.ts --config FILE
import { MODELS } from '../../../infra/local/stack.ts';
import { runProxy } from '../../../proxy/command.ts';
import { strategyNamed } from '../strategies/strategies.ts';

const { makers } = strategyNamed(process.env['EDDY_LAB_STRATEGY'] ?? 'eddy', MODELS).build;
process.exit(await runProxy(process.argv.slice(2), process.env, makers));

// The proxy: node proxy/main.ts --config infra/local/eddy.yaml
import { runProxy } from './command.ts';

process.exit(await runProxy(process.argv.slice(2), process.env));

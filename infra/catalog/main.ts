// Serves the profiles of sellers: node infra/catalog/main.ts --port 50061
import { runCatalog } from './command.ts';

process.exit(await runCatalog(process.argv.slice(2)));

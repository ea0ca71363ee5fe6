// Serves an embedded Pub/Sub: node infra/pubsub/main.ts --port 8085
import { runPubSub } from './command.ts';

process.exit(await runPubSub(process.argv.slice(2)));

// Serves one model: node models/main.ts weapons --port 50051
import { runModelHost } from './host/command.ts';

process.exit(await runModelHost(process.argv.slice(2), import.meta.dirname));

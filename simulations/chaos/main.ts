// Kills and freezes every part of the local stack under load, and balances the books: npm run chaos
import { runChaos } from './command.ts';

process.exit(await runChaos(process.argv.slice(2), process.env));

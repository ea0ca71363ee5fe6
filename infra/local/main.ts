// The local stack: npm start
import { runLocal } from './command.ts';

process.exit(await runLocal(process.argv.slice(2), process.env));

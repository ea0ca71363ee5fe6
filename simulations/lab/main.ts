import { runCommand } from './command.ts';

process.exitCode = await runCommand(process.argv, process.env);

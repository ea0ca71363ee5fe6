// Publishes a file of item events: npm run send -- FILE
import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import { connectPubSub } from '../../proxy/intake/pubsub-client.ts';
import { parseCount } from '../grpc/command-options.ts';
import { createLog } from '../grpc/log.ts';
import { untilStopRequested } from '../grpc/stop-request.ts';
import { openTelemetry } from '../telemetry/open-telemetry.ts';
import { checkNamedEmulator } from './named-emulator.ts';
import { publishAll } from './publishing.ts';
import { ITEM_EVENTS } from './pubsub-setup.ts';
import { fileMessages } from './source.ts';

const PROGRESS_MS = 1_000;

const command = new Command('npm run send --')
  .description(
    'Publishes the events of a file, one a line, as they are; test/data/items.jsonl shows the form. Uses the Pub/Sub ' +
      'of the project, or the emulator that PUBSUB_EMULATOR_HOST names.',
  )
  .argument('<file>', 'JSON lines')
  .option('--project <id>', 'Google Cloud project', process.env['PUBSUB_PROJECT_ID'] || 'eddy-local')
  .option('--topic <name>', 'topic of the item events', ITEM_EVENTS)
  .option('--rate <n>', 'events per second', parseCount, 100)
  .parse();
const [file] = command.args as [string];
const { project, topic, rate } = command.opts<{ project: string; topic: string; rate: number }>();

const stop = new AbortController();
void untilStopRequested({ exitWithParent: false }).then(() => stop.abort());
const pubsub = connectPubSub(project);
const telemetry = await openTelemetry({ service: 'eddy-send', env: process.env, log: createLog('eddy-send', 'warn') });
let published = 0;
const progress = setInterval(() => process.stderr.write(`published ${published}\n`), PROGRESS_MS);
try {
  await checkNamedEmulator(process.env);
  await publishAll(fileMessages(file), {
    pubsub,
    topic,
    rate,
    signal: stop.signal,
    spans: telemetry.spans,
    onPublished: () => published++,
  });
} catch (error) {
  process.stderr.write(`error: ${topic} in ${project}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  clearInterval(progress);
  process.stderr.write(`published ${published} messages on ${topic} in ${project}\n`);
  // A broker that does not answer must not keep the program.
  await Promise.race([pubsub.close(), sleep(2_000)]);
  await telemetry[Symbol.asyncDispose]();
  process.exit();
}

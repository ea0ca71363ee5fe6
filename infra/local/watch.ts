// Prints decisions as JSON lines: npm run watch
import { Command } from 'commander';
import { Decision } from '../../proto/generated/moderation/v1/moderation.ts';
import { connectPubSub } from '../../proxy/intake/pubsub-client.ts';
import { untilStopRequested } from '../grpc/stop-request.ts';
import { collect } from './collector.ts';
import { checkNamedEmulator } from './named-emulator.ts';
import { readDecision } from './read-decision.ts';

const { project, topic } = new Command('npm run watch --')
  .description(
    'Prints every decision from now on, one JSON object a line, until Ctrl-C. It makes a subscription of its own and ' +
      'deletes it at the end. Uses the Pub/Sub of the project, or the emulator that PUBSUB_EMULATOR_HOST names.',
  )
  .option('--project <id>', 'Google Cloud project', process.env['PUBSUB_PROJECT_ID'] || 'eddy-local')
  .option('--topic <name>', 'topic of the decisions', 'moderation-decisions')
  .parse()
  .opts<{ project: string; topic: string }>();

const pubsub = connectPubSub(project);
const { promise: failed, reject: fail } = Promise.withResolvers<never>();
try {
  await checkNamedEmulator(process.env);
  await using collector = await collect(
    pubsub,
    topic,
    (message) =>
      void process.stdout.write(`${JSON.stringify(Decision.toJSON(readDecision(message)))}
`),
    fail,
  );
  process.stderr.write(`watching ${topic} in ${project} through ${collector.subscription}\n`);
  await Promise.race([untilStopRequested({ exitWithParent: false }), failed]);
} catch (error) {
  process.stderr.write(`error: ${topic} in ${project}: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
} finally {
  process.exit();
}

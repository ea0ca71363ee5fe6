import { execFile } from 'node:child_process';
import { readdir, realpath } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { StartError, startChildProcess } from './child-process.ts';
import { findExecutable } from './executable.ts';
import { freePort } from './free-port.ts';
import { startHangUpRelay } from './hang-up-relay.ts';

/** Google's Pub/Sub emulator, in memory, on 127.0.0.1. Disposing of it stops it. */
export interface PubSubEmulator extends AsyncDisposable {
  /** What PUBSUB_EMULATOR_HOST takes, `127.0.0.1:PORT`: a relay by which the emulator learns of killed subscribers. */
  readonly host: string;
  readonly pid: number;
}

export interface PubSubEmulatorOptions {
  /** By default a free one. */
  port?: number;
  /** The bound of the Java heap, in which it keeps every message, in MiB. By default 1,024. */
  maxHeapMb?: number;
  /** Aborting while it starts stops it and rejects with the signal's reason. */
  signal?: AbortSignal;
}

export interface PubSubEmulatorPaths {
  java: string;
  jar: string;
}

export const pubSubEmulatorInstallation =
  'it needs Java 11 or newer (Debian: apt-get install default-jre-headless) and the gcloud SDK with the emulator ' +
  '(gcloud components install pubsub-emulator or, from the Debian packages of the SDK, ' +
  'apt-get install google-cloud-cli-pubsub-emulator)';

/** Where Java and the emulator of the gcloud SDK are; undefined when either is missing. */
export async function findPubSubEmulator(): Promise<PubSubEmulatorPaths | undefined> {
  const [java, jar] = await Promise.all([findJava(), findJar()]);
  return java && jar ? { java, jar } : undefined;
}

/**
 * Starts the emulator without the gcloud command, which would leave the Java process behind when it is ended.
 * @throws StartError when it is not installed or does not start, because the port is in use for example.
 */
export async function startPubSubEmulator(options: PubSubEmulatorOptions = {}): Promise<PubSubEmulator> {
  const paths = await findPubSubEmulator();
  if (!paths) {
    throw new StartError(`Google's Pub/Sub emulator is not installed: ${pubSubEmulatorInstallation}`);
  }
  const { port = await freePort(), maxHeapMb = 1_024, signal } = options;
  const { child } = await startChildProcess({
    name: `The Pub/Sub emulator on port ${port}`,
    command: paths.java,
    args: [`-Xmx${maxHeapMb}m`, '-jar', paths.jar, '--host=127.0.0.1', `--port=${port}`],
    ready: (line) => (line.includes(`Server started, listening on ${port}`) ? true : undefined),
    // With its port in use the main thread ends and the process lives on.
    fatal: (line) => line.startsWith('Exception in thread "main"'),
    ...(signal ? { signal } : {}),
  });
  await using starting = new AsyncDisposableStack();
  starting.use(child);
  const relay = starting.use(await startHangUpRelay(port));
  const running = starting.move();
  return {
    host: `127.0.0.1:${relay.port}`,
    pid: child.pid,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function findJava(): Promise<string | undefined> {
  const home = process.env['JAVA_HOME'];
  const path = process.env['PATH'] ?? '';
  return findExecutable('java', home ? join(home, 'bin') + delimiter + path : path);
}

async function findJar(): Promise<string | undefined> {
  const gcloud = await findExecutable('gcloud');
  if (!gcloud) {
    return undefined;
  }
  // Where the command on the PATH is a link into the SDK, as it mostly is, following it saves the second that gcloud
  // takes to tell.
  const linked = await jarIn(dirname(dirname(await realpath(gcloud))));
  return linked ?? (await jarIn(await sdkRoot(gcloud)));
}

async function jarIn(root: string | undefined): Promise<string | undefined> {
  if (!root) {
    return undefined;
  }
  const folder = join(root, 'platform/pubsub-emulator/lib');
  const files = await readdir(folder).catch(() => []);
  const jars = files.filter((file) => /^cloud-pubsub-emulator-.*\.jar$/.test(file));
  const newest = jars.sort((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  return newest && join(folder, newest);
}

async function sdkRoot(gcloud: string): Promise<string | undefined> {
  const args = ['info', '--format=value(installation.sdk_root)'];
  try {
    return (await promisify(execFile)(gcloud, args, { timeout: 10_000 })).stdout.trim();
  } catch {
    return undefined;
  }
}

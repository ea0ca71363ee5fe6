import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, inject, test } from 'vitest';
import type { RedisServer, RedisServerOptions } from '../../infra/servers/redis-server.ts';
import { startRedisServer } from '../../infra/servers/redis-server.ts';
import { askForEmulator } from './emulator-broker.ts';
import type { ServerName } from './missing-servers.ts';
import { tellMissing } from './missing-servers.ts';

export interface EmulatorProject {
  /** What PUBSUB_EMULATOR_HOST takes: `127.0.0.1:PORT`. */
  readonly host: string;
  /** Used by nobody else, so that files can share the emulator. */
  readonly projectId: string;
}

/**
 * `describe` for tests that need servers. Where one is missing they are skipped, said loudly on stderr, or fail when
 * the environment variable CI is set: there a test that did not run must not pass for one that did.
 */
export function describeWithServers(servers: readonly ServerName[], name: string, tests: () => void): void {
  const missing = tellMissing(servers, inject('missingServers'));
  if (missing === undefined) {
    describe(name, tests);
  } else if (process.env['CI']) {
    describe(name, () => {
      test('has the servers that it needs', () => {
        throw new Error(missing);
      });
    });
  } else {
    process.stderr.write(`NOT RUN: "${name}": ${missing}\n`);
    describe.skip(name, tests);
  }
}

/**
 * A Redis of this test file's own (or of the `describe` that it is called in), from before its first test until after
 * its last. Each test finds what the one before left in it.
 */
export function useRedisServer(options: RedisServerOptions = {}): () => RedisServer {
  let server: RedisServer | undefined;
  beforeAll(async () => {
    server = await startRedisServer(options);
  });
  afterAll(async () => {
    await server?.[Symbol.asyncDispose]();
  });
  return () => known(server, 'useRedisServer');
}

/** The emulator that all test files share, with a project id of this file's own. */
export function usePubSubEmulator(): () => EmulatorProject {
  let project: EmulatorProject | undefined;
  beforeAll(async () => {
    const host = await askForEmulator(inject('emulatorBroker'));
    project = { host, projectId: `eddy-test-${randomBytes(6).toString('hex')}` };
  });
  return () => known(project, 'usePubSubEmulator');
}

function known<T>(value: T | undefined, from: string): T {
  if (value === undefined) {
    throw new Error(`What ${from} answers is there from the first test on, not while tests are being collected`);
  }
  return value;
}

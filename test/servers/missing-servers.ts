import { findExecutable } from '../../infra/servers/executable.ts';
import { findPrometheus, prometheusInstallation } from '../../infra/servers/prometheus.ts';
import { findPubSubEmulator, pubSubEmulatorInstallation } from '../../infra/servers/pubsub-emulator.ts';
import { findRedisServer, redisServerInstallation } from '../../infra/servers/redis-server.ts';

/** The servers, and the browser, that some tests need and a machine may lack. */
export type ServerName = 'redis-server' | 'pubsub-emulator' | 'prometheus' | 'chromium';

/** How to install each server that is missing. */
export type MissingServers = Partial<Record<ServerName, string>>;

const SERVERS: Readonly<Record<ServerName, { find(): Promise<string | undefined>; installation: string }>> = {
  'redis-server': { find: findRedisServer, installation: redisServerInstallation },
  'pubsub-emulator': {
    find: async () => (await findPubSubEmulator()) && 'found',
    installation: pubSubEmulatorInstallation,
  },
  prometheus: {
    // What checks the rules comes with it.
    find: async () => (await findExecutable('promtool')) && findPrometheus(),
    installation: prometheusInstallation,
  },
  chromium: {
    find: () => findExecutable('chromium'),
    installation: 'Debian: apt-get install chromium; macOS: brew install chromium',
  },
};

/** Looks for each server where its launcher will. */
export async function findMissingServers(): Promise<MissingServers> {
  const missing: MissingServers = {};
  for (const [name, { find, installation }] of Object.entries(SERVERS)) {
    if (!(await find())) missing[name as ServerName] = installation;
  }
  return missing;
}

/** Which of the servers are missing and how to install them, for people; undefined when none is missing. */
export function tellMissing(servers: readonly ServerName[], installations: MissingServers): string | undefined {
  const missing = servers.filter((server) => installations[server] !== undefined);
  if (missing.length === 0) {
    return undefined;
  }
  return missing.map((server) => `${server} is not installed (${installations[server]})`).join(' and ');
}

import { findPubSubEmulator, pubSubEmulatorInstallation } from '../../infra/servers/pubsub-emulator.ts';
import { findRedisServer, redisServerInstallation } from '../../infra/servers/redis-server.ts';

/** The servers that some tests need and a machine may lack. */
export type ServerName = 'redis-server' | 'pubsub-emulator';

/** How to install each server that is missing. */
export type MissingServers = Partial<Record<ServerName, string>>;

/** Looks for each server where its launcher will. */
export async function findMissingServers(): Promise<MissingServers> {
  const [redis, emulator] = await Promise.all([findRedisServer(), findPubSubEmulator()]);
  return {
    ...(redis ? {} : { 'redis-server': redisServerInstallation }),
    ...(emulator ? {} : { 'pubsub-emulator': pubSubEmulatorInstallation }),
  };
}

/** Which of the servers are missing and how to install them, for people; undefined when none is missing. */
export function tellMissing(servers: readonly ServerName[], installations: MissingServers): string | undefined {
  const missing = servers.filter((server) => installations[server] !== undefined);
  if (missing.length === 0) {
    return undefined;
  }
  return missing.map((server) => `${server} is not installed (${installations[server]})`).join(' and ');
}

import { describe, expect, test, vi } from 'vitest';
import type { MissingServers } from './missing-servers.ts';
import { prepareServers } from './prepare-servers.ts';

/** A machine that lacks the servers named, and has those installed that `install` succeeds for. */
function machine(missing: MissingServers, permission: string | undefined, failure?: Error) {
  const said: string[] = [];
  let now = missing;
  return {
    said,
    missing: async () => now,
    mayInstall: vi.fn(async () => permission),
    install: vi.fn(async (name: string) => {
      if (failure) {
        throw failure;
      }
      now = Object.fromEntries(Object.entries(now).filter(([server]) => server !== name));
    }),
    say: (line: string) => void said.push(line),
  };
}

const noRedis: MissingServers = { 'redis-server': 'apt-get install redis-server' };
const noEmulator: MissingServers = { 'pubsub-emulator': 'install the SDK' };

describe('before the tests', () => {
  test('nothing is said or done where all servers are there', async () => {
    const complete = machine({}, 'as root');
    expect(await prepareServers(complete, true)).toBe(true);
    expect(complete.said).toEqual([]);
    expect(complete.mayInstall).not.toHaveBeenCalled();
  });

  test('a missing Redis is installed where that is allowed, and it is said', async () => {
    const root = machine(noRedis, 'as root');
    expect(await prepareServers(root, true)).toBe(true);
    expect(root.install).toHaveBeenCalledExactlyOnceWith('redis-server');
    expect(root.said).toEqual([
      "The tests need redis-server, which is not installed: installing Debian's package as root",
    ]);
  });

  test('a missing Redis is named, with the command, where installing is not allowed', async () => {
    const guest = machine(noRedis, undefined);
    expect(await prepareServers(guest, false)).toBe(true);
    expect(guest.install).not.toHaveBeenCalled();
    expect(guest.said).toEqual([
      'redis-server is not installed (apt-get install redis-server)',
      'The tests that need redis-server will be reported as not run',
    ]);
  });

  test('an installation that fails is told, and a failure only where the server is required', async () => {
    const failing = machine(noRedis, 'through sudo', new Error('exit code 100'));
    expect(await prepareServers(failing, false)).toBe(true);
    expect(failing.said[1]).toBe('Installing redis-server failed: exit code 100');
    expect(await prepareServers(machine(noRedis, 'as root', new Error('exit code 100')), true)).toBe(false);
  });

  test('the emulator, which is not a package of Debian, is only named', async () => {
    const root = machine(noEmulator, 'as root');
    expect(await prepareServers(root, true)).toBe(false);
    expect(root.install).not.toHaveBeenCalled();
    expect(root.said).toEqual([
      'pubsub-emulator is not installed (install the SDK)',
      "The tests can't run without pubsub-emulator (the environment variable CI is set)",
    ]);
  });
});

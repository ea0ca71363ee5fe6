import type { MissingServers, ServerName } from './missing-servers.ts';
import { tellMissing } from './missing-servers.ts';

export interface Machine {
  missing(): Promise<MissingServers>;
  /** Why packages may be installed without asking anybody ("as root"); undefined when they may not. */
  mayInstall(): Promise<string | undefined>;
  /** @throws Error when the package could not be installed. */
  install(debianPackage: string): Promise<void>;
  say(line: string): void;
}

/** The servers that are a Debian package by themselves; the gcloud SDK is not Debian's. */
const debianPackages: Partial<Record<ServerName, string>> = {
  'redis-server': 'redis-server',
  prometheus: 'prometheus',
  chromium: 'chromium',
};

/**
 * Installs what the tests need and the machine lacks, where it may, and tells what is missing still.
 * @returns whether the tests can go on: without a server they can't where `required`, and do without otherwise.
 */
export async function prepareServers(machine: Machine, required: boolean): Promise<boolean> {
  let missing = await machine.missing();
  const permission = packagesOf(missing).length > 0 ? await machine.mayInstall() : undefined;
  if (permission) {
    for (const debianPackage of packagesOf(missing)) {
      machine.say(`The tests need ${debianPackage}, which is not installed: installing Debian's package ${permission}`);
      try {
        await machine.install(debianPackage);
      } catch (error) {
        machine.say(`Installing ${debianPackage} failed: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    missing = await machine.missing();
  }
  const names = Object.keys(missing) as ServerName[];
  for (const name of names) {
    machine.say(`${tellMissing([name], missing)}`);
  }
  if (names.length === 0) {
    return true;
  }
  machine.say(
    required
      ? `The tests can't run without ${names.join(' and ')} (the environment variable CI is set)`
      : `The tests that need ${names.join(' and ')} will be reported as not run`,
  );
  return !required;
}

function packagesOf(missing: MissingServers): string[] {
  return (Object.keys(missing) as ServerName[]).flatMap((name) => debianPackages[name] ?? []);
}

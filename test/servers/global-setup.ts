import type { TestProject } from 'vitest/node';
import { startEmulatorBroker } from './emulator-broker.ts';
import type { MissingServers } from './missing-servers.ts';
import { findMissingServers } from './missing-servers.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where a test file asks for the emulator that all files share. */
    emulatorBroker: string;
    /** How to install each server that this machine lacks. */
    missingServers: MissingServers;
  }
}

/** Runs once before all test files; what it answers runs after the last. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const broker = await startEmulatorBroker();
  project.provide('emulatorBroker', broker.url);
  project.provide('missingServers', await findMissingServers());
  return async () => {
    await broker[Symbol.asyncDispose]();
  };
}

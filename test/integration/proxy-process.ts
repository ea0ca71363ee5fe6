import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NodeService, startNodeService } from '../../infra/servers/node-service.ts';
import type { Role } from '../../proxy/proxy.ts';

export interface ProxyProcessOptions {
  /** What the configuration file holds. */
  readonly config: string;
  readonly role?: Role;
  /** In addition to this process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

/**
 * Runs proxy/main.ts as a process of its own. Disposing of it ends it.
 *
 * @throws StartError when it ends before it listens, with its exit code and its last output
 */
export async function startProxyProcess({ config, role = 'all', env = {} }: ProxyProcessOptions): Promise<NodeService> {
  const folder = await mkdtemp(join(tmpdir(), 'eddy-proxy-'));
  try {
    const file = join(folder, 'eddy.yaml');
    await writeFile(file, config);
    // The file has been read once the process listens.
    return await startNodeService({
      name: 'the proxy',
      script: 'proxy/main.ts',
      args: ['--config', file, '--role', role],
      env,
      readyTimeoutMs: 30_000,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The environment without the servers it names, for a stack that is to have servers of its own only. */
export function withoutServers(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const { PUBSUB_EMULATOR_HOST: _host, REDIS_URL: _url, ...rest } = env;
  return rest;
}

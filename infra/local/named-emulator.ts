import { connect } from 'node:net';

/**
 * Looks whether the emulator that PUBSUB_EMULATOR_HOST names, if any, is there; the client would try for a minute.
 *
 * @throws Error when it is not
 */
export async function checkNamedEmulator(env: NodeJS.ProcessEnv): Promise<void> {
  const host = env['PUBSUB_EMULATOR_HOST'];
  if (host && !(await isListening(host))) {
    throw new Error(`nothing answers at ${host}, which PUBSUB_EMULATOR_HOST names: start the emulator, or unset it`);
  }
}

const PROBE_MS = 2_000;

/** Whether a server accepts connections at `host:port`. */
function isListening(address: string): Promise<boolean> {
  const separator = address.lastIndexOf(':');
  const socket = connect({ host: address.slice(0, separator), port: Number(address.slice(separator + 1)) });
  return new Promise((resolve) => {
    const answer = (isThere: boolean) => {
      socket.destroy();
      resolve(isThere);
    };
    socket.setTimeout(PROBE_MS, () => answer(false));
    socket.once('connect', () => answer(true)).once('error', () => answer(false));
  });
}

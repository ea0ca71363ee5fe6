import { hash } from 'node:crypto';
import { Command, type Redis } from 'ioredis';

/**
 * A command of many arguments, which ioredis else measures one by one: that costs more than all else of it. They are
 * nearly always ASCII, of which a look at all of them at once tells, and else it is encoded as ever.
 */
class LongCommand extends Command {
  override toWritable(socket: object): string | Buffer {
    const { name } = this;
    const args = this.args as readonly string[];
    let text = `*${args.length + 1}\r\n$${name.length}\r\n${name}\r\n`;
    for (const arg of args) text += `$${arg.length}\r\n${arg}\r\n`;
    return Buffer.byteLength(text) === text.length ? text : super.toWritable(socket);
  }
}

/** The answer to a command of many arguments. */
export function send<Answer>(redis: Redis, name: string, args: readonly string[]): Promise<Answer> {
  return redis.sendCommand(new LongCommand(name, args as string[], { replyEncoding: 'utf8' })) as Promise<Answer>;
}

/** A script that Redis knows by its digest once it has run it. */
export interface Script {
  readonly lua: string;
  readonly sha: string;
}

export function scriptOf(lua: string): Script {
  return { lua, sha: hash('sha1', lua, 'hex') };
}

/** Runs a script on the keys, whatever Redis knows of it. */
export async function run<Answer>(
  redis: Redis,
  { lua, sha }: Script,
  keys: readonly string[],
  ...more: readonly (readonly string[])[]
): Promise<Answer> {
  const args = [String(keys.length)].concat(keys, ...more);
  try {
    return await send<Answer>(redis, 'evalsha', [sha].concat(args));
  } catch (error) {
    // It has been restarted, or a standby has taken over.
    if (!(error instanceof Error) || !error.message.startsWith('NOSCRIPT')) throw error;
    return send<Answer>(redis, 'eval', [lua].concat(args));
  }
}

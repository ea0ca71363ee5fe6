import fc from 'fast-check';
import { Command, type Redis } from 'ioredis';
import { expect, test } from 'vitest';
import { run, scriptOf, send } from './long-command.ts';

/** What a connection would write. */
function capturing() {
  const written: string[] = [];
  const redis = {
    sendCommand(command: Command) {
      written.push(command.toWritable({}).toString());
      command.promise.catch(() => {});
      return command.promise;
    },
  };
  return { written, redis: redis as unknown as Redis };
}

const text = fc.oneof(fc.string(), fc.string({ unit: 'grapheme' }), fc.constantFrom('', '\r\n', 'é', 'テ🍵', '\ud83c'));

test('a command is written as ioredis writes it, whatever its arguments', () => {
  fc.assert(
    fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), (args) => {
      const { written, redis } = capturing();
      void send(redis, 'mget', args);
      expect(written).toEqual([new Command('mget', args).toWritable({}).toString()]);
    }),
  );
});

test('a script is named by its digest, with the number of its keys before them', () => {
  const { written, redis } = capturing();
  void run(redis, scriptOf('return 1'), ['a', 'b'], ['1000'], ['x', 'y']);
  const sha = 'e0e1f9fabfc9d4800c877a703b823ac0578ff8db';
  expect(written).toEqual([new Command('evalsha', [sha, '2', 'a', 'b', '1000', 'x', 'y']).toWritable({}).toString()]);
});

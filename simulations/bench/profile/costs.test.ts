import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import { costsOf, ProfileError } from './costs.ts';

const repository = '/somewhere/eddy';
const ours = pathToFileURL(join(repository, 'proxy/moderate.ts')).href;
const grpc = pathToFileURL(join(repository, 'node_modules/@grpc/grpc-js/build/src/client.js')).href;
const nested = pathToFileURL(join(repository, 'node_modules/google-gax/node_modules/long/index.js')).href;

type Frame = readonly [functionName: string, url?: string, line?: number];

/** A profile by its stacks, the caller first, each with the microseconds for which it stood so. */
function profileOf(stacks: readonly (readonly [micros: number, ...frames: readonly Frame[]])[]): string {
  const nodes = [{ id: 1, callFrame: { functionName: '(root)', url: '', lineNumber: -1 }, children: [] as number[] }];
  const samples: number[] = [];
  for (const [, ...frames] of stacks) {
    let caller = nodes[0]!;
    for (const [functionName, url = '', line = 1] of frames) {
      const id = nodes.length + 1;
      const node = { id, callFrame: { functionName, url, lineNumber: line - 1 }, children: [] };
      nodes.push(node);
      caller.children.push(id);
      caller = node;
    }
    samples.push(caller.id);
  }
  return JSON.stringify({ nodes, samples, timeDeltas: stacks.map(([micros]) => micros), startTime: 0, endTime: 1 });
}

describe('the costs of a profile', () => {
  test('are shares of the time in which the thread was not idle, the dearest first', () => {
    const { functions, samples } = costsOf(
      profileOf([
        [1_000, ['(idle)']],
        [10, ['moderate', ours, 7]],
        [30, ['call', grpc, 42]],
      ]),
      repository,
    );
    expect(functions).toEqual([
      { name: 'call @grpc/grpc-js/build/src/client.js:42', self: 0.75 },
      { name: 'moderate proxy/moderate.ts:7', self: 0.25 },
    ]);
    expect(samples).toBe(2);
  });

  test('are added up by library, the inner one where it is nested, and by our own file', () => {
    const { libraries, files } = costsOf(
      profileOf([
        [40, ['moderate', ours, 7]],
        [30, ['decide', ours, 70]],
        [20, ['call', grpc]],
        [10, ['fromNumber', nested]],
      ]),
      repository,
    );
    expect(libraries.map(({ name, self }) => [name, self])).toEqual([
      ['this repository', 0.7],
      ['@grpc/grpc-js', 0.2],
      ['long', 0.1],
    ]);
    expect(files).toEqual([{ name: 'proxy/moderate.ts', self: 0.7, withNative: 0.7 }]);
  });

  test("charge Node's own and native code to whoever called it, garbage to nobody", () => {
    const called: Frame[] = [
      ['moderate', ours],
      ['call', grpc],
      ['write', 'node:internal/http2/core'],
    ];
    const { libraries, files, garbage, native } = costsOf(
      profileOf([
        [10, ['moderate', ours], ['hash']],
        [20, ...called],
        [30, ...called, ['writeUtf8String']],
        [25, ...called, ['(garbage collector)']],
        [15, ['(program)']],
      ]),
      repository,
    );
    const byName = Object.fromEntries(libraries.map(({ name, self, withNative }) => [name, [self, withNative]]));
    expect(byName).toEqual({
      'native, called by a function': [0.4, 0],
      'garbage collection': [0.25, 0],
      'node: http2': [0.2, 0],
      'native, under no function': [0.15, 0],
      '@grpc/grpc-js': [0, 0.5],
      'this repository': [0, 0.1],
    });
    expect(files).toEqual([{ name: 'proxy/moderate.ts', self: 0, withNative: 0.1 }]);
    expect([garbage, native]).toEqual([0.25, 0.55]);
  });

  test('name functions without a name, and what is native', () => {
    const { functions } = costsOf(
      profileOf([
        [3, ['', ours, 5]],
        [2, ['writev']],
        [1, ['(program)']],
      ]),
      repository,
    );
    expect(functions.map(({ name }) => name)).toEqual([
      '(anonymous) proxy/moderate.ts:5',
      'writev (native)',
      '(program)',
    ]);
  });

  test.each([
    ['no JSON', 'certainly not', 'this is not a CPU profile'],
    ['another JSON', '{"nodes":[]}', 'this is not a CPU profile'],
    ['a thread that only slept', profileOf([[9, ['(idle)']]]), 'no samples of a thread that does something'],
    ['a sample of nothing', '{"nodes":[],"samples":[7],"timeDeltas":[1]}', 'no node or no time of sample 0'],
  ])('can not be told of %s', (_what, json, message) => {
    expect(() => costsOf(json, repository)).toThrow(ProfileError);
    expect(() => costsOf(json, repository)).toThrow(message);
  });

  test('can be told of a stack of any depth', () => {
    const deep = Array.from({ length: 20_000 }, (_, at): Frame => ['recurse', 'node:internal/util', at]);
    const { libraries } = costsOf(profileOf([[1, ['moderate', ours], ...deep]]), repository);
    expect(libraries).toContainEqual({ name: 'this repository', self: 0, withNative: 1 });
  });
});

import { describe, expect, test } from 'vitest';
import { faultsOf } from './document-faults.ts';

const repository = {
  files: [
    'README.md',
    'package.json',
    '.ci/run',
    'proxy/main.ts',
    'proxy/panel/breaker.ts',
    'models/README.md',
    'models/weapons/scorer.ts',
    'test/data/items.jsonl',
  ],
  scripts: ['start', 'test', 'check'],
};

function faults(markdown: string, path = 'README.md'): string[] {
  return faultsOf(path, markdown, repository).map((fault) => `${fault.path}:${fault.line}: ${fault.message}`);
}

describe('a document', () => {
  test('may name what exists: files, folders, from the root or from its own folder', () => {
    const text = [
      'See `proxy/main.ts`, `proxy/panel/`, `models`, `./proxy/main.ts` and [the models](models/README.md#limits).',
      'Run `npm start -- --items test/data/items.jsonl --once` or `.ci/run`; `npm test`, `npm run check`.',
      '![picture](<proxy/main.ts> "title") [top](/README.md) [here](#a)',
      '',
      '[definition]: models/README.md',
    ];
    expect(faults(text.join('\n'))).toEqual([]);
    expect(faults('`weapons/scorer.ts` and [back](../README.md), `../proxy/main.ts:12`', 'models/README.md')).toEqual(
      [],
    );
  });

  test('is at fault for a path in code that does not exist, with its line', () => {
    expect(faults('Fine.\n\nRead `proxy/gone.ts`.')).toEqual([
      'README.md:3: names proxy/gone.ts, which does not exist',
    ]);
    expect(faults('`node tools/run.ts --x`')).toEqual(['README.md:1: names tools/run.ts, which does not exist']);
    expect(faults('`./start.sh`')).toEqual(['README.md:1: names ./start.sh, which does not exist']);
    expect(faults('`../elsewhere`')).toEqual(['README.md:1: names ../elsewhere, which does not exist']);
  });

  test('is at fault for a path in a fenced block', () => {
    const text = '```sh\nnpm ci\nnode proxy/start.ts --config=infra/x.yaml\n```\n`proxy/gone`';
    expect(faults(text)).toEqual([
      'README.md:3: names proxy/start.ts, which does not exist',
      'README.md:3: names infra/x.yaml, which does not exist',
      'README.md:5: names proxy/gone, which does not exist',
    ]);
  });

  test('is at fault for a link that leads nowhere', () => {
    expect(faults('[a](docs/a.md) and [b](proxy/main.ts)')).toEqual([
      'README.md:1: links to docs/a.md, which does not exist',
    ]);
    expect(faults('text\n[a]: ./gone.md "Title"')).toEqual(['README.md:2: links to ./gone.md, which does not exist']);
    expect(faults('[a](proxy/main.ts)', 'models/README.md')).toEqual([
      'models/README.md:1: links to proxy/main.ts, which does not exist',
    ]);
  });

  test('is at fault for an npm script that package.json lacks', () => {
    expect(faults('`npm run bench` or `npm run -s check`')).toEqual([
      'README.md:1: names the npm script bench, which package.json lacks',
    ]);
    expect(faults('```\nnpm ci && npm run lint:fix -- --all\n```')).toEqual([
      'README.md:2: names the npm script lint:fix, which package.json lacks',
    ]);
  });

  test('may show patterns and placeholders that something matches', () => {
    expect(faults('`**/*.jsonl`, `models/<name>/scorer.ts`, `proxy/{a,b}.ts`')).toEqual([]);
    expect(faults('`models/<name>/weights.bin`, `models/*/x.json`')).toEqual([
      'README.md:1: names models/*/weights.bin, which does not exist',
      'README.md:1: names models/*/x.json, which does not exist',
    ]);
  });

  test.each([
    'application/json',
    'dns:///weapons:50051',
    '@google-cloud/pubsub',
    'https://example.org/proxy/gone.ts',
    'redis://127.0.0.1:6379/0',
    'sports/archery',
    'moderation.v1.ModelService/Predict',
    '/livez',
    'a/b',
    'I/O',
    'package.json',
    'npm ci',
    'npm run',
    '~/.config/eddy.yaml',
  ])('may have in its code what is no path: %s', (code) => {
    expect(faults(`Text \`${code}\` text.`)).toEqual([]);
  });

  test('may link to other sites and speak of paths and scripts outside code', () => {
    expect(
      faults('[a](https://example.org/x.md) <https://example.org> [m](mailto:a@example.org) proxy/gone.ts npm run x'),
    ).toEqual([]);
  });

  test('shows in code what would be a link elsewhere', () => {
    expect(faults('`[a](gone.md)`\n\n~~~\n[a](gone.md)\n```\n~~~')).toEqual([]);
  });
});

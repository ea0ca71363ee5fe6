// Generates proto/generated from the contracts with protoc and ts-proto; with --check it only compares.
//
// ts-proto was chosen by measurement: of the three generators whose output Node can run, it was the cheapest both ways
// (the figures are in the message of the commit that added this file).
import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = import.meta.dirname;
const committed = join(root, 'generated');
const options = [
  'importSuffix=.ts',
  'enumsAsLiterals=true',
  'forceLong=number',
  'outputServices=grpc-js',
  'useOptionals=none',
  'esModuleInterop=true',
  'env=node',
];

function generate(into: string): void {
  const plugin = join(root, '../node_modules/.bin/protoc-gen-ts_proto');
  const contracts = globSync('{moderation,catalog,models,pubsub,google}/**/*.proto', { cwd: root }).sort();
  const args = ['-I', root, `--plugin=${plugin}`, `--ts_proto_out=${into}`, `--ts_proto_opt=${options.join(',')}`];
  execFileSync('protoc', [...args, ...contracts], { stdio: 'inherit' });
}

/** The generated files by path, without the line that names protoc's version: another version is no staleness. */
function contents(folder: string): Map<string, string> {
  const files = globSync('**/*.ts', { cwd: folder }).sort();
  return new Map(
    files.map((file) => [file, readFileSync(join(folder, file), 'utf8').replace(/^\/\/ +protoc .*\n/m, '')]),
  );
}

function staleFiles(): string[] {
  const fresh = mkdtempSync(join(tmpdir(), 'eddy-generated-'));
  try {
    generate(fresh);
    const now = contents(committed);
    const wanted = contents(fresh);
    return [...new Set([...now.keys(), ...wanted.keys()])].filter((file) => now.get(file) !== wanted.get(file));
  } finally {
    rmSync(fresh, { recursive: true });
  }
}

const check = process.argv.includes('--check');
if (spawnSync('protoc', ['--version']).error) {
  const message = 'protoc is not installed (Debian: apt-get install protobuf-compiler libprotobuf-dev)';
  if (check && !process.env['CI']) {
    process.stderr.write(`NOT CHECKED whether proto/generated is fresh: ${message}\n`);
    process.exit(0);
  }
  process.stderr.write(`Cannot generate: ${message}\n`);
  process.exit(1);
}
if (check) {
  const stale = staleFiles();
  if (stale.length > 0) {
    process.stderr.write(`Stale in proto/generated: ${stale.join(', ')}. Run: npm run generate\n`);
    process.exit(1);
  }
} else {
  rmSync(committed, { recursive: true, force: true });
  mkdirSync(committed, { recursive: true });
  generate(committed);
}

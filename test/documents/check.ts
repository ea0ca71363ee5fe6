// Fails when a document names a path or an npm script that does not exist: npx node test/documents/check.ts
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { faultsOf } from './document-faults.ts';

const root = resolve(import.meta.dirname, '../..');

/** The files that are in the repository or about to be, that is: not ignored. */
function filesOfRepository(): string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const listed = execFileSync('git', args, { cwd: root, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return [...new Set(listed.split('\0'))].filter((file) => file !== '' && existsSync(join(root, file)));
}

/** The same, nearly, for a copy of the repository that was not cloned. */
function filesOnDisk(): string[] {
  const found = globSync(['**/*', '.ci/**'], {
    cwd: root,
    withFileTypes: true,
    exclude: ({ name }) => skipped.includes(name),
  });
  return found.filter((entry) => entry.isFile()).map((entry) => relative(root, join(entry.parentPath, entry.name)));
}

const skipped = ['node_modules', '.git', '.stack', 'coverage'];

const files = existsSync(join(root, '.git')) ? filesOfRepository() : filesOnDisk();
const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const documents = files.filter((file) => file.endsWith('.md'));
const faults = documents.flatMap((path) =>
  faultsOf(path, readFileSync(join(root, path), 'utf8'), { files, scripts: Object.keys(scripts) }),
);
for (const { path, line, message } of faults) {
  process.stderr.write(`${path}:${line}: ${message}\n`);
}
if (faults.length > 0) {
  process.exitCode = 1;
} else {
  process.stdout.write(`Checked ${documents.length} documents: all paths and npm scripts that they name exist\n`);
}

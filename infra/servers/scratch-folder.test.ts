import { execFileSync } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeScratchFolder } from './scratch-folder.ts';

test('is removed with all that is in it', async () => {
  const folder = await makeScratchFolder('eddy-test');
  writeFileSync(join(folder.path, 'kept'), '');
  await folder[Symbol.asyncDispose]();
  expect(existsSync(folder.path)).toBe(false);
});

test('is removed as well when the program exits without having disposed of it', () => {
  const program = `
    import { writeFileSync } from 'node:fs';
    import { makeScratchFolder } from ${JSON.stringify(join(import.meta.dirname, 'scratch-folder.ts'))};
    const { path } = await makeScratchFolder('eddy-test');
    writeFileSync(path + '/kept', '');
    process.stdout.write(path);
    process.exit(0);`;
  const path = execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
  expect(path).toContain('eddy-test-');
  expect(existsSync(path)).toBe(false);
});

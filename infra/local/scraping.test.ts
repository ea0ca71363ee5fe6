import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { checkScraping } from './scraping.ts';

test('a port that is in use is told in one line, before anything is started', async () => {
  const holder = createServer().listen(0, '127.0.0.1');
  onTestFinished(() => void holder.close());
  await once(holder, 'listening');
  const { port } = holder.address() as AddressInfo;
  await expect(checkScraping({ prometheus: port })).rejects.toThrow(
    `Can't listen on 127.0.0.1:${port}: the port is in use`,
  );
});

test('who asks for no Prometheus needs none', async () => {
  await expect(checkScraping({ prometheus: undefined })).resolves.toBeUndefined();
});

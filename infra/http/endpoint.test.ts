import { connect } from 'node:net';
import { Counter, Registry } from 'prom-client';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type HttpOptions, startHttp } from './endpoint.ts';

const start = (changes: Partial<HttpOptions> = {}) =>
  startHttp({ host: '127.0.0.1', port: 0, notReadyBecause: () => undefined, registry: new Registry(), ...changes });

async function ask(address: string, path: string, method = 'GET') {
  const response = await fetch(`http://${address}${path}`, { method });
  return { code: response.status, body: await response.text(), type: response.headers.get('content-type') };
}

describe('the health endpoint', () => {
  test('says that the process lives, also while it is not ready', async () => {
    await using http = await start({ notReadyBecause: () => 'shutting down' });
    expect(await ask(http.address, '/livez')).toMatchObject({ code: 200, body: 'ok\n' });
  });

  test('says whether it takes messages, and if not why', async () => {
    let reason: string | undefined;
    await using http = await start({ notReadyBecause: () => reason });
    expect(await ask(http.address, '/readyz')).toMatchObject({ code: 200, body: 'ok\n' });
    reason = 'shutting down';
    expect(await ask(http.address, '/readyz?verbose')).toMatchObject({ code: 503, body: 'shutting down\n' });
  });

  test('serves the metrics in the format of Prometheus', async () => {
    const registry = new Registry();
    new Counter({ name: 'teapots_total', help: 'Teapots.', registers: [registry] }).inc(3);
    await using http = await start({ registry });
    const { code, body, type } = await ask(http.address, '/metrics');
    expect([code, type]).toEqual([200, registry.contentType]);
    expect(body).toContain('teapots_total 3');
  });

  test('answers 500 with the reason when a metric can not be read', async () => {
    const registry = new Registry();
    registry.metrics = () => Promise.reject(new Error('no figures'));
    await using http = await start({ registry });
    expect(await ask(http.address, '/metrics')).toMatchObject({ code: 500, body: 'no figures\n' });
  });

  test('answers a HEAD without a body', async () => {
    await using http = await start({ notReadyBecause: () => 'shutting down' });
    expect(await ask(http.address, '/readyz', 'HEAD')).toMatchObject({ code: 503, body: '' });
  });

  test('names its paths where there is nothing, and takes nothing but GET', async () => {
    await using http = await start();
    expect(await ask(http.address, '/')).toMatchObject({ code: 404, body: expect.stringContaining('/livez, /readyz') });
    expect(await ask(http.address, '/livez', 'POST')).toMatchObject({ code: 405 });
  });

  test('says that its port is in use', async () => {
    await using http = await start();
    const port = Number(http.address.split(':').at(-1));
    await expect(start({ port })).rejects.toMatchObject({ name: 'AddressError', code: 'EADDRINUSE' });
    await expect(start({ port })).rejects.toThrow(`Can't listen on 127.0.0.1:${port}`);
  });

  test('ends a connection whose other end asks for the metrics and does not read them', async () => {
    const registry = new Registry();
    const text = 'x'.repeat(32 * 1_048_576);
    registry.metrics = async () => text;
    await using http = await start({ registry, idleMs: 100 });
    const [host, port] = http.address.split(':');
    const slow = connect(Number(port), host).on('error', () => {});
    onTestFinished(() => void slow.destroy());
    slow.write('GET /metrics HTTP/1.1\r\nHost: any\r\n\r\n');
    await new Promise((resolve) => slow.once('readable', resolve));
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    let bytes = 0;
    const closed = new Promise((resolve) => slow.once('close', resolve));
    slow.on('data', (chunk) => {
      bytes += chunk.length;
    });
    await closed;
    expect(bytes).toBeLessThan(text.length);
  });

  test('does not wait, when it is disposed of, for who holds a connection open', async () => {
    const http = await start();
    const [host, port] = http.address.split(':');
    const held = connect(Number(port), host);
    await new Promise((resolve) => held.once('connect', resolve));
    const closed = new Promise((resolve) => held.on('error', () => {}).once('close', resolve));
    await http[Symbol.asyncDispose]();
    await closed;
    await expect(fetch(`http://${http.address}/livez`)).rejects.toThrow();
  });
});

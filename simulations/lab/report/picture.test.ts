import { expect, test } from 'vitest';
import { PALETTES } from './palette.ts';
import { renderPicture } from './picture.ts';
import { SAMPLE_STRATEGIES, sampleRecord } from './sample-records.ts';

const five = () => SAMPLE_STRATEGIES.slice(0, 5).map((strategy) => sampleRecord(strategy));

test.each(['light', 'dark'] as const)('a picture has its own ground and fixed colours: %s', (theme) => {
  const svg = renderPicture(five(), 'healthy', theme);
  expect(svg).toMatch(/^<svg xmlns="http:\/\/www.w3.org\/2000\/svg" width="960"/);
  expect(svg).toContain(`fill="${PALETTES[theme].ground}"`);
  expect(svg).toContain(`stroke="${PALETTES[theme].load}"`);
  expect(svg).not.toContain('var(--');
});

test('a picture names its strategies, its peaks, its fault and its ideal', () => {
  const svg = renderPicture(five(), 'healthy', 'light');
  for (const text of ['Load on the busiest healthy model', 'nack', 'redis-cache', 'model down: money', 'ideal, 5/s'])
    expect(svg).toContain(`>${text}<`);
  expect(svg).toContain('>peak 60.3/s<');
  expect(svg).toMatch(/<title>[^<]*nack: peak 60\.3\/s/);
});

test('panels of one line share the numbers of the axis', () => {
  const svg = renderPicture(five(), 'delay', 'light');
  expect(svg.match(/>4 min</g)).toHaveLength(1);
  expect(svg.match(/>12 min</g)).toHaveLength(5);
});

test('more than five strategies take a second line', () => {
  const height = (svg: string) => Number(/ height="(\d+)"/.exec(svg)![1]);
  const eight = SAMPLE_STRATEGIES.map((strategy) => sampleRecord(strategy));
  expect(height(renderPicture(eight, 'healthy', 'light'))).toBeGreaterThan(
    1.5 * height(renderPicture(five(), 'healthy', 'light')),
  );
});

test('many faults do not run out of the picture', () => {
  const faults = Array.from({ length: 30 }, (_, index) => ({ label: `fault number ${index}`, fromS: index, toS: 400 }));
  const svg = renderPicture([sampleRecord('eddy', { faults })], 'healthy', 'light');
  const texts = [...svg.replace(/<title>.*?<\/title>/, '').matchAll(/>([^<]+)<\/text>/g)].map(([, text]) => text!);
  expect(Math.max(...texts.map((text) => text.length))).toBeLessThan(130);
});

test('what names say is escaped', () => {
  const evil = `"<script>&'{a|b}\u001b\n`;
  const faults = [{ label: evil, fromS: 10, toS: 400 }];
  const svg = renderPicture([sampleRecord('eddy', { title: evil, strategy: evil, faults })], 'proxies', 'light', {
    title: evil,
  });
  expect(svg).not.toContain('<script');
  expect(svg).not.toMatch(/&(?!#?\w+;)/);
  expect(svg).not.toContain('\u001b');
});

test('a quantity that none of the runs has is an error', () => {
  const record = sampleRecord('eddy');
  const delay = record.series.delay.map(() => null);
  expect(() => renderPicture([{ ...record, series: { ...record.series, delay } }], 'delay', 'light')).toThrow(
    'no picture of "delay" can be drawn: none of the runs has a value of it',
  );
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const css = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');
const tokens = new Map(
  [...css.matchAll(/--([\w-]+): light-dark\((#\w{6}), (#\w{6})\)/g)].map(([, name, light, dark]) => [
    name!,
    { light: light!, dark: dark! },
  ]),
);

/** By WCAG 2: 0 to 1. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string, theme: 'light' | 'dark'): number {
  const [low = 0, high = 0] = [one, other].map((name) => luminance(tokens.get(name)![theme])).sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

const TEXT: readonly (readonly [text: string, surfaces: readonly string[]])[] = [
  ['text', ['page', 'surface', 'surface-raised', 'accent-soft', 'well-soft', 'strained-soft', 'ill-soft']],
  ['text-quiet', ['page', 'surface', 'surface-raised', 'accent-soft', 'strained-soft']],
  ['accent', ['surface', 'accent-soft']],
  ['on-accent', ['accent']],
  ['well', ['surface', 'well-soft']],
  ['strained', ['surface', 'strained-soft']],
  ['ill', ['surface', 'ill-soft']],
  ['unknown', ['surface', 'surface-raised']],
];

test.each(['light', 'dark'] as const)('in %s, text is legible and lines are seen (WCAG 2 AA)', (theme) => {
  for (const [text, surfaces] of TEXT) {
    for (const surface of surfaces) {
      expect.soft(contrast(text, surface, theme), `${text} on ${surface}`).toBeGreaterThanOrEqual(4.5);
    }
  }
  for (const line of ['line-strong', 'series-1', 'series-2', 'series-3', 'series-4', 'series-5', 'series-6']) {
    expect.soft(contrast(line, 'surface', theme), line).toBeGreaterThanOrEqual(3);
  }
});

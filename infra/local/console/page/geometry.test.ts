import { expect, test } from 'vitest';

interface Geometry {
  geometryOf(width: number, models: number): { readonly models: readonly { readonly width: number }[] };
}

// As in format.test.ts.
const { geometryOf }: Geometry = await import(new URL('./geometry.js', import.meta.url).href);

test.each([0, 10, 328, 577, 1_440])('on %i pixels every box has a size', (width) => {
  for (const models of [1, 3, 12]) {
    const boxes = geometryOf(width, models).models;
    expect(boxes).toHaveLength(models);
    expect(Math.min(...boxes.map((box) => box.width))).toBeGreaterThan(16);
  }
});

import { svg } from './dom.js';

// What moves: dots along the lines, as many as events do, and those that go round in the eddy.

/** @typedef {{ path: SVGPathElement, className: string, dotsPerSecond: number }} Line */
/** @typedef {{ x: number, y: number, radius: number }} Circle */

const PIXELS_PER_SECOND = 150;
/** More could not be told apart, and would cost a small machine its calm. */
const MOST_DOTS = 160;
const MOST_IN_EDDY = 40;
const FRAME_MS = 33;

/**
 * @param {SVGGElement} layer that takes the dots
 */
export function createFlow(layer) {
  const calm = matchMedia('(prefers-reduced-motion: reduce)');
  /** @type {{ line: Line, points: DOMPoint[], seconds: number, due: number }[]} */
  let lines = [];
  /** @type {{ dot: SVGCircleElement, of: (typeof lines)[number], age: number }[]} */
  let moving = [];
  /** @type {{ dot: SVGCircleElement, angle: number, distance: number }[]} */
  let turning = [];
  /** @type {Circle} */
  let eddy = { x: 0, y: 0, radius: 0 };
  let before = 0;

  /** @param {number} now */
  function frame(now) {
    requestAnimationFrame(frame);
    const elapsed = now - before;
    // Chromium does not tell of a change that was read before it could be told.
    if (calm.matches && moving.length + turning.length > 0) clear();
    if (elapsed < FRAME_MS || calm.matches || document.hidden) return;
    before = now;
    // After a pause nothing is made up for.
    step(Math.min(elapsed, 100) / 1_000);
  }

  /** @param {number} seconds */
  function step(seconds) {
    for (const one of lines) {
      one.due = Math.min(2, one.due + one.line.dotsPerSecond * seconds);
      if (one.due < 1 || moving.length >= MOST_DOTS) continue;
      one.due -= 1;
      const dot = svg('circle', { class: `dot ${one.line.className}`, r: 3.2 });
      layer.append(dot);
      moving.push({ dot, of: one, age: 0 });
    }
    moving = moving.filter((one) => {
      one.age += seconds;
      const done = one.age / one.of.seconds;
      if (done >= 1) {
        one.dot.remove();
        return false;
      }
      const at = one.of.points[Math.floor(done * (one.of.points.length - 1))];
      if (at) one.dot.setAttribute('transform', `translate(${at.x.toFixed(1)} ${at.y.toFixed(1)})`);
      return true;
    });
    for (const one of turning) {
      // Inside it turns faster, as water does.
      one.angle += (seconds * 1.1) / one.distance;
      const distance = eddy.radius * one.distance;
      const x = eddy.x + distance * Math.cos(one.angle);
      const y = eddy.y + distance * Math.sin(one.angle);
      one.dot.setAttribute('transform', `translate(${x.toFixed(1)} ${y.toFixed(1)})`);
    }
  }
  requestAnimationFrame(frame);

  function clear() {
    for (const { dot } of [...moving, ...turning]) dot.remove();
    moving = [];
    turning = [];
  }

  return {
    /**
     * Other lines, where the page has become wider or narrower.
     *
     * @param {Line[]} now
     * @param {Circle} circle
     */
    lay(now, circle) {
      clear();
      eddy = circle;
      lines = now.map((line, index) => {
        const length = line.path.getTotalLength();
        const steps = Math.max(2, Math.ceil(length / 2));
        const points = Array.from({ length: steps }, (_, at) =>
          line.path.getPointAtLength((length * at) / (steps - 1)),
        );
        return { line, points, seconds: length / PIXELS_PER_SECOND, due: lines[index]?.due ?? 0 };
      });
    },
    /**
     * How many turn in the eddy, by the classes of their colours.
     *
     * @param {readonly string[]} classes
     */
    turn(classes) {
      const wanted = calm.matches ? [] : classes.slice(0, MOST_IN_EDDY);
      while (turning.length > wanted.length) turning.pop()?.dot.remove();
      while (turning.length < wanted.length) {
        const index = turning.length;
        const dot = svg('circle', { r: 2.6 });
        layer.append(dot);
        // By the golden angle, so that they spread however many there are.
        turning.push({ dot, angle: index * 2.4, distance: 0.66 + 0.3 * ((index * 0.618) % 1) });
      }
      for (const [index, { dot }] of turning.entries()) dot.setAttribute('class', `dot ${wanted[index]}`);
    },
  };
}

/** @import { Mark, Point, Welcome } from '../wire.ts' */
import UPlot from '/vendor/uplot.js';
import { byId, element, setText } from './dom.js';
import { count, rate } from './format.js';
import { seriesClass, seriesColour, seriesLine } from './series.js';
import { colour, onTheme } from './theme.js';

/** What is seen, in seconds: the last five minutes. */
const SPAN = 300;
/** At the beginning, when there is not that much. */
const LEAST_SPAN = 60;

/**
 * @typedef {object} Curve
 * @property {string} label
 * @property {string} colour
 * @property {string} className
 * @property {number} width
 * @property {number[]} dash
 * @property {(point: Point) => number | null} read
 * @property {(value: number | null) => string} format
 */

/**
 * The load per model, and what is owed, over the last minutes.
 *
 * @param {Welcome} welcome
 */
export function createCharts({ models, points }) {
  const modelCurves = (
    /** @type {(point: Point, index: number) => number | null} */ read,
    /** @type {Curve['format']} */ format,
  ) =>
    models.map((label, index) => ({
      label,
      colour: seriesColour(index),
      className: seriesClass(index),
      ...seriesLine(index, models.length),
      read: (/** @type {Point} */ point) => read(point, index),
      format,
    }));
  const neutral = { colour: '--text-quiet', className: 'series neutral' };
  const charts = [
    createChart(byId('load-chart'), 'Load per model', [
      ...modelCurves(({ load }, index) => load[index] ?? null, rate),
      { ...neutral, label: 'events in', width: 1.25, dash: [2, 3], read: ({ published }) => published, format: rate },
    ]),
    createChart(byId('owed-chart'), 'Owed and waiting', [
      ...modelCurves(({ owed }, index) => owed[index] ?? null, count),
      { ...neutral, label: 'waiting', width: 1.25, dash: [2, 3], read: ({ waiting }) => waiting, format: count },
      {
        label: 'behind',
        colour: '--accent',
        className: 'series accent',
        width: 2,
        dash: [],
        read: ({ behind }) => behind,
        format: count,
      },
    ]),
  ];
  /** @type {Point[]} */
  let kept = [...points];
  /** @type {readonly Mark[]} */
  let marks = [];
  const draw = () => {
    for (const chart of charts) chart.draw(kept, marks);
  };
  onTheme(() => {
    for (const chart of charts) chart.rebuild();
    draw();
  });
  draw();
  return {
    /** @param {readonly Point[]} all what there is from before, after a time without a connection */
    begin(all) {
      kept = [...all];
      draw();
    },
    /** @param {Point} point */
    add(point) {
      if (point.atMs <= (kept.at(-1)?.atMs ?? 0)) return;
      kept.push(point);
      if (kept.length > SPAN) kept.shift();
      draw();
    },
    /** @param {readonly Mark[]} all */
    mark(all) {
      marks = all;
      draw();
    },
  };
}

/**
 * @param {HTMLElement} place
 * @param {string} title
 * @param {Curve[]} curves
 */
function createChart(place, title, curves) {
  const values = curves.map(() => element('b', {}, '–'));
  const legend = element(
    'ul',
    { class: 'legend' },
    ...curves.map(({ label, className }, index) =>
      element('li', { class: className }, element('i', {}), label, ' ', values[index]),
    ),
  );
  const canvas = element('div', { class: 'canvas', role: 'img', 'aria-label': title });
  place.replaceChildren(legend, canvas);
  /** @type {readonly Mark[]} */
  let marks = [];
  /** @type {UPlot} */
  let plot;

  function rebuild() {
    plot?.destroy();
    plot = new UPlot(
      optionsOf(curves, canvas, () => marks),
      [[]],
      canvas,
    );
  }
  rebuild();
  new ResizeObserver(() => plot.setSize(sizeOf(canvas))).observe(canvas);

  return {
    rebuild,
    /**
     * @param {Point[]} points
     * @param {readonly Mark[]} all
     */
    draw(points, all) {
      marks = all;
      const last = points.at(-1);
      plot.setData(
        /** @type {import('/vendor/uplot.js').AlignedData} */ ([
          points.map(({ atMs }) => atMs / 1_000),
          ...curves.map(({ read }) => points.map(read)),
        ]),
      );
      const told = curves.map(({ label, read, format }, index) => {
        const text = last ? format(read(last)) : '–';
        setText(/** @type {Element} */ (values[index]), text);
        return `${label} ${text}`;
      });
      canvas.setAttribute('aria-label', `${title}, now: ${told.join(', ')}`);
    },
  };
}

/**
 * @param {Curve[]} curves
 * @param {HTMLElement} canvas
 * @param {() => readonly Mark[]} marks
 * @returns {import('/vendor/uplot.js').Options}
 */
function optionsOf(curves, canvas, marks) {
  const text = colour('--text-quiet');
  const lines = { stroke: colour('--line'), width: 1 };
  const font = '11px system-ui, sans-serif';
  const axis = { stroke: text, font, grid: lines, ticks: { show: false } };
  return {
    ...sizeOf(canvas),
    legend: { show: false },
    cursor: { show: false },
    padding: [8, 6, 0, 0],
    scales: {
      x: {
        range: (_, min, max) => {
          const to = max ?? Date.now() / 1_000;
          return [Math.max(to - SPAN, Math.min(min ?? to, to - LEAST_SPAN)), to];
        },
      },
      // A few events more or less must look like it.
      y: { range: (_, __, max) => [0, Math.max(10, (max ?? 0) * 1.15)] },
    },
    axes: [
      { ...axis, space: 70, size: 26, values: (_, splits) => splits.map(clock) },
      { ...axis, space: 32, size: 44, incrs: WHOLE_STEPS, values: (_, splits) => splits.map((value) => count(value)) },
    ],
    series: [
      {},
      ...curves.map(({ label, colour: name, width: lineWidth, dash }) => ({
        label,
        stroke: colour(name),
        width: lineWidth,
        dash,
        points: { show: false },
      })),
    ],
    hooks: { draw: [(plot) => drawMarks(plot, marks())] },
  };
}

const WHOLE_STEPS = [1, 10, 100, 1_000, 10_000, 100_000].flatMap((step) => [step, 2 * step, 5 * step]);

/** @param {HTMLElement} canvas */
function sizeOf({ clientWidth, clientHeight }) {
  return { width: clientWidth || 300, height: clientHeight || 188 };
}

/** @param {number} seconds */
function clock(seconds) {
  return new Date(seconds * 1_000).toTimeString().slice(0, 8);
}

/** Between the words of two marks, in CSS pixels; the later words are left out where they would touch. */
const WORDS_GAP = 8;

/**
 * What was broken and repaired, as upright lines.
 *
 * @param {UPlot} plot
 * @param {readonly Mark[]} marks
 */
function drawMarks(plot, marks) {
  const { ctx, bbox } = plot;
  const from = plot.scales['x']?.min ?? 0;
  let free = 0;
  ctx.save();
  ctx.strokeStyle = colour('--text-quiet');
  ctx.lineWidth = devicePixelRatio;
  ctx.textAlign = 'left';
  ctx.textBaseline = 'alphabetic';
  ctx.setLineDash([2 * devicePixelRatio, 3 * devicePixelRatio]);
  ctx.font = `${10.5 * devicePixelRatio}px system-ui, sans-serif`;
  const seen = marks
    .filter(({ atMs }) => atMs / 1_000 >= from)
    .map(({ atMs, text }) => ({ text, x: Math.round(plot.valToPos(atMs / 1_000, 'x', true)) }));
  for (const { x } of seen) {
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  for (const { x, text } of seen) {
    const wide = ctx.measureText(text).width;
    const isRoom = x + wide + 4 * devicePixelRatio < bbox.left + bbox.width;
    const start = isRoom ? x + 3 * devicePixelRatio : x - wide - 3 * devicePixelRatio;
    if (start < free) continue;
    // The line of a later mark may cross the words.
    ctx.fillStyle = colour('--surface');
    ctx.fillRect(start - devicePixelRatio, bbox.top, wide + 2 * devicePixelRatio, 12 * devicePixelRatio);
    ctx.fillStyle = colour('--text-quiet');
    ctx.fillText(text, start, bbox.top + 9 * devicePixelRatio);
    free = start + wide + WORDS_GAP * devicePixelRatio;
  }
  ctx.restore();
}

import { LineChart } from 'echarts/charts';
import {
  GridComponent,
  LegendComponent,
  MarkAreaComponent,
  MarkPointComponent,
  TitleComponent,
} from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { withoutControls } from './markup.ts';
import { PAGE_INKS } from './palette.ts';
import { type ChartOption, type Look, panelParts } from './panel.ts';
import type { Panel, Row } from './row.ts';

export interface Size {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * Draws a chart as SVG.
 *
 * @param size pixels
 * @param id stands before the identifiers within the SVG, as all of those on a page have to differ
 * @returns what is within the outermost element, whose attributes are the caller's
 */
export function draw(option: ChartOption, { width, height }: Size, id: string): string {
  use([LineChart, GridComponent, MarkAreaComponent, MarkPointComponent, TitleComponent, LegendComponent, SVGRenderer]);
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ ...option, animation: false, backgroundColor: 'transparent' });
    return inner(chart.renderToSVGString(), id);
  } finally {
    chart.dispose();
  }
}

/** Without what is only there for a pointer that hovers, and with identifiers of the page's. */
function inner(svg: string, id: string): string {
  return withoutControls(svg)
    .replace(/^<svg[^>]*>/, '')
    .replace(/<\/svg>\s*$/, '')
    .replace(/<style\b[^>]*>[\s\S]*?<\/style>/g, '')
    .replace(/ (?:class|ecmeta_\w+|pointer-events|xml:space)="[^"]*"/g, '')
    .replace(/(id="|url\(#)zr\d+-/g, `$1${id}-`)
    .replace(/<defs\s*>\s*<\/defs>/g, '')
    .replace(/\n+/g, '')
    .trim();
}

export const PANEL_SIZE: Size = { width: 280, height: 166 };
const PANEL_PLACE = { left: 42, top: 19, width: 232, height: 122 };
const PAGE_LOOK: Look = { inks: PAGE_INKS, fontSize: 12, fontFamily: 'inherit', hasNumbers: true };

/** The inside of one panel's SVG, of `PANEL_SIZE`, for a page that has the colours as variables. */
export function drawPanel(row: Row, panel: Panel, id: string): string {
  return draw(panelParts(row, panel, PANEL_PLACE, 0, PAGE_LOOK), PANEL_SIZE, id);
}

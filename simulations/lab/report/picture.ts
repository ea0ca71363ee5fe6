import type { RunRecord } from '../record.ts';
import { draw } from './charts.ts';
import { columnsOf } from './columns.ts';
import { describeFaultKey } from './faults.ts';
import { escapeHtml } from './markup.ts';
import { PALETTES, type Theme } from './palette.ts';
import { type ChartOption, type Look, type Place, panelParts } from './panel.ts';
import type { QuantityName } from './quantities.ts';
import { type Row, rowOf } from './row.ts';

export interface PictureOptions {
  /** Pixels, 960 unless told. */
  readonly width?: number;
  /** Instead of the quantity's own. */
  readonly title?: string;
}

const FONTS = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif";
/** Within the chart: the fonts are named once, around it. */
const FONT = 'inherit';
const MARGIN = 16;
const NUMBERS_WIDTH = 40;
const GAP = 18;
const MOST_IN_LINE = 5;
const HEAD_HEIGHT = 102;
const PLOT_HEIGHT = 150;
/** Pixels of a letter in the wider ones of the fonts: the one that will be used can't be measured here. */
const SUBTITLE_LETTER = 7.4;
const TITLE_LETTER = 11;
/** A panel's heading above its plot, and the time axis below. */
const ABOVE_PLOT = 52;
const BELOW_PLOT = 30;

/**
 * One quantity under several strategies, as an SVG that stands for itself, in fixed colours and on its own ground.
 *
 * @throws RangeError if none of the records has a value of the quantity
 */
export function renderPicture(
  records: readonly RunRecord[],
  quantity: QuantityName,
  theme: Theme,
  options: PictureOptions = {},
): string {
  const row = rowOf(quantity, columnsOf(records));
  if (!row) throw new RangeError(`no picture of "${quantity}" can be drawn: none of the runs has a value of it`);
  const { width = 960, title = row.quantity.title } = options;
  const inks = PALETTES[theme];
  const look: Look = { inks, fontSize: 12, fontFamily: FONT, hasNumbers: true };
  const places = placesOf(row.panels.length, width);
  const height = Math.round(places.at(-1)!.top + PLOT_HEIGHT + BELOW_PLOT + MARGIN / 2);
  const panels = row.panels.map((panel, index) => {
    const place = places[index]!;
    const isFirst = index === 0 || place.top !== places[index - 1]!.top;
    return panelParts(row, panel, place, index, { ...look, hasNumbers: isFirst });
  });
  const subtitle = subtitleOf(row, records);
  const room = width - 2 * MARGIN;
  const lines = [subtitle, row.quantity.note].map((line) => shortened(line, room / SUBTITLE_LETTER));
  const text = { fontFamily: FONT, color: inks.muted, fontSize: 13, fontWeight: 'normal' } as const;
  const option: ChartOption = {
    title: [
      {
        text: shortened(title, room / TITLE_LETTER),
        subtext: lines.join('\n'),
        left: MARGIN - 5,
        top: 8,
        itemGap: 6,
        textStyle: { ...text, color: inks.ink, fontSize: 17, fontWeight: 'bold' },
        subtextStyle: { ...text, lineHeight: 18 },
      },
      ...row.panels.map(({ column, peak }, index) => ({
        text: column.label,
        subtext: `peak ${peak}`,
        left: places[index]!.left - 5,
        top: places[index]!.top - ABOVE_PLOT - 5,
        itemGap: 2,
        textStyle: {
          ...text,
          color: inks.ink,
          fontSize: 13,
          fontWeight: 'bold' as const,
          width: places[index]!.width,
          overflow: 'truncate' as const,
        },
        subtextStyle: { ...text, fontSize: 12 },
      })),
    ],
    legend: {
      left: MARGIN - 5,
      top: 73,
      itemWidth: 26,
      itemGap: 26,
      itemStyle: { opacity: 0 },
      selectedMode: false,
      textStyle: { ...text, fontSize: 12 },
      lineStyle: { width: 2 },
      data: row.panels[0]!.lines.map(({ label }) => label),
    },
    grid: panels.map(({ grid }) => grid),
    xAxis: panels.map(({ xAxis }) => xAxis),
    yAxis: panels.map(({ yAxis }) => yAxis),
    series: panels.flatMap(({ series }) => series),
  };
  const said = escapeHtml(
    `${title}. ${subtitle}. ${row.panels.map(({ column, peak }) => `${column.label}: peak ${peak}`).join('; ')}.`,
  );
  const open = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="${FONTS}">`;
  const ground = `<rect width="${width}" height="${height}" rx="6" fill="${inks.ground}"/>`;
  return `${open}<title>${said}</title>${ground}${draw(option, { width, height }, 'picture')}</svg>\n`;
}

function placesOf(count: number, width: number): Place[] {
  const lines = Math.ceil(count / MOST_IN_LINE);
  const inLine = Math.ceil(count / lines);
  const room = width - 2 * MARGIN - NUMBERS_WIDTH - (inLine - 1) * GAP;
  const plotWidth = Math.min(420, Math.floor(room / inLine));
  return Array.from({ length: count }, (_, index) => ({
    left: MARGIN + NUMBERS_WIDTH + (index % inLine) * (plotWidth + GAP),
    top: HEAD_HEIGHT + ABOVE_PLOT + Math.floor(index / inLine) * (ABOVE_PLOT + PLOT_HEIGHT + BELOW_PLOT),
    width: plotWidth,
    height: PLOT_HEIGHT,
  }));
}

function subtitleOf({ faults }: Row, records: readonly RunRecord[]): string {
  const titles = new Set(records.map(({ title }) => title));
  const [incident] = titles;
  const shaded = faults.map((fault) => `${faults.length > 1 ? `${fault.letter} ` : ''}${describeFaultKey(fault)}`);
  const parts = [
    titles.size === 1 ? incident : undefined,
    shaded.length > 0 ? `shaded: ${shaded.join('; ')}` : undefined,
  ];
  return parts.filter((part) => part !== undefined).join(' · ');
}

/** On one line. */
function shortened(text: string, letters: number): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length <= letters ? line : `${line.slice(0, Math.floor(letters) - 1).trimEnd()}…`;
}

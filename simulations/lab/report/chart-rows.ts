import type { RunRecord } from '../record.ts';
import { drawPanel, PANEL_SIZE } from './charts.ts';
import type { IncidentRuns } from './columns.ts';
import { describeFaultKey, faultKeys } from './faults.ts';
import { type Content, type Markup, markup, trusted } from './markup.ts';
import { PAGE_INKS } from './palette.ts';
import type { Line, QuantityName } from './quantities.ts';
import { type Panel, type Row, rowOf } from './row.ts';

const SHOWN: readonly QuantityName[] = ['healthy', 'proxies', 'ill', 'waiting', 'backlog'];

const MOST_IN_LINE = 5;

/**
 * The charts of an incident: a row for each quantity, a panel for each run.
 *
 * @param id of the incident within the page
 */
export function chartRows({ columns }: IncidentRuns, id: string): Markup {
  const hasIll = columns.some(({ record }) => record.ill.length > 0);
  const names = SHOWN.filter((name) => name !== 'ill' || hasIll);
  const rows = names.map((name) => ({ name, row: rowOf(name, columns) }));
  return markup`${shadedNote(columns.map(({ record }) => record))}
<div class="rows" style="--columns:${perLine(columns.length)}">${rows.map(
    ({ name, row }) => row && chartRow(row, `${id}-${name}`),
  )}</div>`;
}

/** As many panels side by side as make the lines equally long. */
function perLine(count: number): number {
  return Math.ceil(count / Math.ceil(count / MOST_IN_LINE));
}

function shadedNote(records: readonly RunRecord[]): Content {
  const faults = faultKeys(records);
  if (faults.length === 0) return markup`<p class="note">Nothing is at fault in these runs.</p>`;
  if (faults.length === 1) return markup`<p class="note">Shaded: ${describeFaultKey(faults[0]!)}.</p>`;
  const items = faults.map((fault) => markup`<li><b>${fault.letter}</b> ${describeFaultKey(fault)}</li>`);
  return markup`<div class="note">Shaded:<ul>${items}</ul></div>`;
}

function chartRow(row: Row, id: string): Markup {
  const { quantity, panels } = row;
  return markup`<section class="row" aria-labelledby="${id}"><h3 id="${id}">${quantity.title}</h3>
<p class="note">${quantity.unit === 'messages' ? '' : `${inWords(quantity.unit)}; `}${quantity.note}; across: time since the load began</p>
${legend(row)}
<div class="panels">${panels.map((panel, index) => figure(row, panel, `${id}-${index}`))}</div></section>
`;
}

function inWords(unit: '/s' | 's'): string {
  return unit === 's' ? 'time' : 'per second';
}

function figure(row: Row, panel: Panel, id: string): Markup {
  const { column, peak, beyond } = panel;
  const cut = beyond.map(({ line, text }) => `${line.label} up to ${text}, beyond the scale`);
  const said = [`${row.quantity.title}, ${column.label}`, `peak ${peak}`, ...cut].join('; ');
  return markup`<figure data-scale="${row.y.max}"><figcaption><b>${column.label}</b><span>peak ${peak}</span></figcaption><svg viewBox="0 0 ${PANEL_SIZE.width} ${PANEL_SIZE.height}" role="img" aria-label="${said}">${trusted(drawPanel(row, panel, id))}</svg></figure>`;
}

function legend({ panels }: Row): Markup {
  const lines = panels[0]!.lines;
  return markup`<ul class="legend">${lines.map((line) => markup`<li>${sample(line)}${line.label}</li>`)}</ul>`;
}

function sample({ ink, dash, width }: Line): Markup {
  const dashes = dash ? markup` stroke-dasharray="${dash.join()}"` : undefined;
  return markup`<svg viewBox="0 0 30 10" aria-hidden="true"><path d="M0 5H30" fill="none" stroke="${PAGE_INKS[ink]}" stroke-width="${Math.max(2, width)}"${dashes}/></svg>`;
}

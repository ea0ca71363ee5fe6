import { MEASURES, type MeasureName, type RunRecord } from '../record.ts';
import type { Column, IncidentRuns } from './columns.ts';
import { formatAgainst, formatBound, formatCell, formatNumber, headingOf, NONE } from './format.ts';
import { type Content, type Markup, markup } from './markup.ts';
import { bestOn, countVerdicts, measuredIn, timesBest, verdictsOn } from './standing.ts';

/** PASS and FAIL of all incidents under all strategies. */
export function overview(groups: readonly { readonly id: string; readonly runs: IncidentRuns }[]): Markup {
  const strategies = [...new Set(groups.flatMap(({ runs }) => runs.columns.map(({ name }) => name)))];
  const rows = groups.map(({ id, runs }) => {
    const cells = strategies.map((strategy) => {
      const own = runs.columns.filter(({ name }) => name === strategy).map(({ record }) => record);
      return markup`<td>${own.length === 0 ? NONE : score(own)}</td>`;
    });
    return markup`<tr><th scope="row"><a href="#${id}">${runs.title}</a></th>${cells}</tr>\n`;
  });
  const heads = strategies.map((strategy) => markup`<th scope="col">${strategy}</th>`);
  return scrolling(
    'Statements that hold, by incident and strategy',
    markup`<thead><tr><th scope="col" class="text">incident</th>${heads}</tr></thead><tbody>${rows}</tbody>`,
  );
}

/** How many statements hold: `✓ 7 of 7`. */
export function score(records: readonly RunRecord[]): Markup {
  const { passed, failed } = countVerdicts(records);
  if (passed + failed === 0) return markup`<span class="muted">nothing stated</span>`;
  if (failed === 0) return markup`<span class="pass">✓ PASS ${passed}</span>`;
  return markup`<span class="fail">✗ FAIL ${failed} of ${passed + failed}</span>`;
}

/** What the runs of an incident come to. */
export function measures({ columns, title }: IncidentRuns): Markup {
  const records = columns.map(({ record }) => record);
  const rows = measuredIn(records).map((name) => {
    const best = bestOn(name, records);
    const cells = records.map((record, index) => measureCell(name, record, best[index] === true));
    return markup`<tr><th scope="row">${headingOf(name)}</th>${cells}</tr>\n`;
  });
  const standing = timesBest(records).map(({ best, of }) => markup`<td>${best} of ${of}</td>`);
  const total =
    columns.length > 1 && markup`<tr><th scope="row">none is better, of the measures above</th>${standing}</tr>`;
  const caption = `${columns.length > 1 ? '★ the best of its row; ' : ''}✓ and ✗: a statement that holds or does not`;
  return scrolling(
    caption,
    markup`<thead><tr><th scope="col" class="text">measure</th>${columns.map(head)}</tr></thead><tbody>${rows}${total}</tbody>`,
    `Measures: ${title}`,
  );
}

function measureCell(name: MeasureName, record: RunRecord, isBest: boolean): Markup {
  const star = isBest && markup`<span aria-hidden="true">★ </span><span class="hidden">best: </span>`;
  const marks = verdictsOn(name, record).map(({ passed, bound }) => {
    const said = `${passed ? 'holds' : 'does not hold'}: ${formatBound(name, bound)}`;
    return markup` <span class="${passed ? 'pass' : 'fail'}" title="${said}"><span aria-hidden="true">${passed ? '✓' : '✗'}</span><span class="hidden">${said}</span></span>`;
  });
  return markup`<td${isBest && markup` class="best"`}>${star}${formatCell(name, record.measures[name])}${marks}</td>`;
}

/** All that was stated about the runs of an incident, what does not hold first. */
export function verdicts({ columns, title }: IncidentRuns): Content {
  const stated = columns.flatMap(({ label, record }) => record.verdicts.map((verdict) => ({ label, verdict })));
  if (stated.length === 0)
    return markup`<p class="note">Nothing was stated about these runs, so nothing was judged.</p>`;
  const rows = stated
    .toSorted((a, b) => Number(a.verdict.passed) - Number(b.verdict.passed))
    .map(({ label, verdict: { measure, bound, value, passed } }) => {
      const result = passed ? markup`<td class="text pass">✓ PASS</td>` : markup`<td class="text fail">✗ FAIL</td>`;
      return markup`<tr>${result}<td class="text">${label}</td><td class="text">${MEASURES[measure].title}</td><td>${
        value === null ? 'could not be measured' : formatAgainst(measure, value, bound)
      }</td><td class="text">${formatBound(measure, bound)}</td></tr>\n`;
    });
  const heads = ['result', 'strategy', 'of what', 'measured', 'must be'].map(
    (text) => markup`<th scope="col"${text !== 'measured' && markup` class="text"`}>${text}</th>`,
  );
  return markup`<details><summary>Statements: ${score(columns.map(({ record }) => record))}</summary>${scrolling(
    'What had to hold, and what was measured',
    markup`<thead><tr>${heads}</tr></thead><tbody>${rows}</tbody>`,
    `Statements: ${title}`,
  )}</details>`;
}

/** How many redeliveries did not have to ask a healthy model again, beside what a cache in each replica could save. */
export function hits({ columns, title }: IncidentRuns): Content {
  const most = 10;
  const retries = [...new Set(columns.flatMap(({ record }) => record.hits.map(({ retry }) => retry)))]
    .filter((retry) => retry > 0)
    .sort((a, b) => a - b)
    .slice(0, most);
  if (retries.length === 0) return undefined;
  const replicas = new Set(columns.map(({ record }) => record.replicas));
  const [all] = replicas;
  const hasFormula = replicas.size === 1 && all !== undefined;
  const rows = retries.map((retry) => {
    const cells = columns.map(({ record }) => {
      const hit = record.hits.find((one) => one.retry === retry);
      return markup`<td>${hit ? markup`${percent(hit.hitShare)} <span class="muted">of ${formatNumber(hit.knowable)}</span>` : NONE}</td>`;
    });
    const formula = hasFormula && markup`<td>${percent(Math.min(1, retry / all))}</td>`;
    return markup`<tr><th scope="row">${retry}</th>${cells}${formula}</tr>\n`;
  });
  const last = hasFormula && markup`<th scope="col">min(1, redelivery / replicas)</th>`;
  return markup`<details><summary>Redeliveries answered without asking a healthy model</summary>${scrolling(
    'Of the redeliveries on which a healthy model had answered before, the share on which it was not asked again, by how often an event had been delivered before',
    markup`<thead><tr><th scope="col" class="text">redelivery</th>${columns.map(head)}${last}</tr></thead><tbody>${rows}</tbody>`,
    `Redeliveries: ${title}`,
  )}</details>`;
}

function percent(share: number): string {
  return `${formatNumber(100 * share)} %`;
}

function head({ name, details }: Column): Markup {
  return markup`<th scope="col">${name}${details.map((detail) => markup`<small>${detail}</small>`)}</th>`;
}

/** A table that scrolls by itself where the window is narrow, also by keyboard. */
function scrolling(caption: string, content: Markup, label = caption): Markup {
  return markup`<div class="scroll" role="region" aria-label="${label}" tabindex="0"><table><caption>${caption}</caption>${content}</table></div>`;
}

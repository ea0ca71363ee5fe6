import { MEASURES, type RunRecord, type Verdict } from '../record.ts';
import { chartRows } from './chart-rows.ts';
import { byIncident, counted, type IncidentRuns } from './columns.ts';
import { formatAgainst, formatBound } from './format.ts';
import { hits, measures, overview, score, verdicts } from './html-tables.ts';
import { type Content, type Markup, markup } from './markup.ts';
import { pageStyle } from './page-style.ts';
import { countVerdicts } from './standing.ts';

export interface ReportOptions {
  readonly title: string;
  /** As it was entered. */
  readonly command: string;
  readonly at: Date;
  /** What an incident is about, by its name. */
  readonly incidents?: Readonly<Record<string, string>>;
  /** What a strategy does, by its name. */
  readonly strategies?: Readonly<Record<string, string>>;
}

/** So many incidents are unfolded from the beginning. */
const UNFOLDED = 3;
/** Of so many runs the statements that don't hold are told at the top. */
const TOLD = 20;

/** The report on runs, as one HTML file that needs no other. */
export function renderReport(records: readonly RunRecord[], options: ReportOptions): string {
  const groups = byIncident(records).map((runs, index) => ({ id: `incident-${index + 1}`, runs }));
  const body = markup`<header><h1>${options.title}</h1>${question(groups.map(({ runs }) => runs))}${answer(records, groups)}</header>
<main>${(groups.length > 1 || isJudged(records)) && overview(groups)}
${glossary(records, options)}
${groups.map(({ id, runs }, index) => incident(runs, id, index < UNFOLDED, options))}</main>
${footer(records, options)}`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
${markup`<title>${options.title}</title>`.html}
<style>${pageStyle()}</style>
</head>
<body>
${body.html}
</body>
</html>
`;
}

function isJudged(records: readonly RunRecord[]): boolean {
  return records.some(({ verdicts }) => verdicts.length > 0);
}

function question(groups: readonly IncidentRuns[]): Markup {
  const strategies = new Set(groups.flatMap(({ columns }) => columns.map(({ name }) => name)));
  if (groups.length === 0) return markup`<p>No incident was run.</p>`;
  const what =
    groups.length === 1 ? markup`this incident: <b>${groups[0]!.title}</b>` : `${counted(groups.length, 'incident')}`;
  const under =
    strategies.size === 1 ? markup`the strategy <b>${[...strategies][0]}</b>` : `${strategies.size} strategies`;
  return markup`<p>What do the healthy models and new events notice of ${what}, under ${under}?</p>`;
}

function answer(
  records: readonly RunRecord[],
  groups: readonly { readonly id: string; readonly runs: IncidentRuns }[],
): Markup {
  const { passed, failed } = countVerdicts(records);
  const all = passed + failed;
  if (all === 0)
    return markup`<div class="answer"><p class="muted">Nothing was stated about these runs, so nothing was judged: see the measures.</p></div>`;
  if (failed === 0)
    return markup`<div class="answer"><span class="pass badge">✓ PASS</span><p>${all === 1 ? 'The one statement holds.' : `All ${all} statements hold.`}</p></div>`;
  const failures = groups.flatMap(({ id, runs }) =>
    runs.columns.flatMap(({ label, record }) => {
      const failed = record.verdicts.filter((verdict) => !verdict.passed);
      if (failed.length === 0) return [];
      return [
        markup`<li><a href="#${id}">${runs.title}</a>, <b>${label}</b>: ${failed.map(inWords).join('; ')}</li>\n`,
      ];
    }),
  );
  const more = failures.length > TOLD && markup`<li>and of ${failures.length - TOLD} more runs, below</li>`;
  return markup`<div class="answer"><span class="fail badge">✗ FAIL</span><p>${failed} of ${counted(all, 'statement')} ${
    failed === 1 ? 'does' : 'do'
  } not hold, ${passed} ${passed === 1 ? 'does' : 'do'}.</p></div><ul>${failures.slice(0, TOLD)}${more}</ul>`;
}

function inWords({ measure, value, bound }: Verdict): string {
  const measured = value === null ? 'could not be measured' : formatAgainst(measure, value, bound);
  return `${MEASURES[measure].title} ${measured} (must be ${formatBound(measure, bound)})`;
}

function glossary(records: readonly RunRecord[], { strategies = {} }: ReportOptions): Content {
  const names = [...new Set(records.map(({ strategy }) => strategy))].filter((name) => Object.hasOwn(strategies, name));
  if (names.length === 0) return undefined;
  const entries = names.map((name) => markup`<dt>${name}</dt><dd>${strategies[name]}</dd>`);
  return markup`<details><summary>What the strategies do</summary><dl>${entries}</dl></details>`;
}

function incident(runs: IncidentRuns, id: string, isOpen: boolean, { incidents = {} }: ReportOptions): Markup {
  const records = runs.columns.map(({ record }) => record);
  const about = Object.hasOwn(incidents, runs.incident) && markup`<p>${incidents[runs.incident]}</p>`;
  return markup`<details class="incident"${isOpen && markup` open`}><summary><h2>${runs.title}</h2><span class="muted">${runs.incident}</span>${score(records)}</summary><div id="${id}">
${about}<p class="note">${setting(records)}</p>
${measures(runs)}
${verdicts(runs)}
${chartRows(runs, id)}
${hits(runs)}</div></details>
`;
}

/** What the runs have in common, and where they differ all that there is: `3 replicas, 5 events/s, …`. */
function setting(records: readonly RunRecord[]): string {
  const values = (of: (record: RunRecord) => number | string) => [...new Set(records.map(of))].join(' or ');
  const ill = [...new Set(records.flatMap((record) => record.ill))];
  return [
    values(({ mode }) => (mode === 'real' ? 'on the local stack' : 'in virtual time')),
    `replicas: ${values(({ replicas }) => replicas)}`,
    `${values(({ rate }) => rate)} events/s`,
    `models: ${values(({ models }) => models.length)}${ill.length > 0 ? `, ill: ${ill.join(', ')}` : ''}`,
    `${values(({ events }) => events.toLocaleString('en'))} events`,
    `seed ${values(({ seed }) => seed)}`,
  ].join(' · ');
}

function footer(records: readonly RunRecord[], { command, at }: ReportOptions): Markup {
  const values = (of: (record: RunRecord) => number | string) => [...new Set(records.map(of))].join(', ');
  const date = at.toISOString();
  const entries: readonly (readonly [term: string, said: Content])[] = [
    ['command', markup`<code>${command}</code>`],
    ['seed', values(({ seed }) => seed)],
    ['mode', values(({ mode }) => (mode === 'real' ? 'real, on the local stack' : 'virtual time'))],
    ['date', markup`<time datetime="${date}">${date.slice(0, 16).replace('T', ' ')} UTC</time>`],
    ['loads', 'means over 10 s; “ideal” is what arrives, “capacity” what the model could answer'],
  ];
  const list = entries.map(([term, said]) => markup`<dt>${term}</dt><dd>${said}</dd>`);
  return markup`<footer><h2>How it was made</h2><dl>${list}</dl></footer>`;
}

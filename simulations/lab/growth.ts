import Table from 'cli-table3';
import type { Incident } from './incident.ts';
import type { RunRecord } from './record.ts';

/** Numbers of failing models, and forms of the published backlog, that are compared. */
const FAILING = [1, 2, 3];
const FORMS = ['backlog-per-model', 'backlog-combined', 'eddy'];
/** What counts as growing with their number, and as not growing, at three. */
const GROWS_BY = 2;
const STAYS_WITHIN = 1.3;

/**
 * The incidents that show what failing models cost the dependencies: one, two and three models down in the place of the
 * one of the given incident.
 */
export function growthIncidents(incident: Incident): readonly Incident[] {
  return FAILING.map((failing) => ({
    ...incident,
    name: `${failing}-models-down`,
    title: failing === 1 ? 'One model is down' : `${failing} models are down at once`,
    faults: incident.faults.flatMap((fault) =>
      Array.from({ length: failing }, (_, index) => ({ ...fault, model: index === 0 ? 'ill' : `ill-${index + 1}` })),
    ) as Incident['faults'],
    expect: Object.fromEntries(FORMS.map((form) => [form, {}])),
  }));
}

export interface Growth {
  /** Calls to dependencies per item, by number of failing models, for each form. */
  readonly calls: ReadonlyMap<string, readonly (number | null)[]>;
  readonly verdicts: readonly { readonly text: string; readonly passed: boolean }[];
}

/** What the records of {@link growthIncidents} show. */
export function growthOf(records: readonly RunRecord[]): Growth {
  const calls = new Map(
    FORMS.map((form) => [
      form,
      FAILING.map((failing) => {
        const found = records.find((one) => one.strategy === form && one.incident === `${failing}-models-down`);
        return found?.measures.dependencyCalls ?? null;
      }),
    ]),
  );
  const ratio = (form: string) => {
    const [first, ...more] = calls.get(form)!;
    const last = more.at(-1);
    return first && last ? last / first : Number.NaN;
  };
  const verdict = (form: string, passed: boolean, bound: string) => {
    const times = Number.isNaN(ratio(form)) ? 'could not be measured' : `${ratio(form).toFixed(2)} times as many`;
    return {
      passed,
      text: `${form}: calls to dependencies per item ${times} with three failing models as with one (${bound})`,
    };
  };
  const [perModel, combined, eddy] = FORMS as [string, string, string];
  return {
    calls,
    verdicts: [
      verdict(perModel, ratio(perModel) >= GROWS_BY, `at least ${GROWS_BY}`),
      verdict(combined, ratio(combined) <= STAYS_WITHIN, `at most ${STAYS_WITHIN}`),
      verdict(eddy, ratio(eddy) <= STAYS_WITHIN, `at most ${STAYS_WITHIN}`),
    ],
  };
}

export function growthTable({ calls }: Growth): string {
  const table = new Table({
    head: ['calls to dependencies per item', ...FAILING.map((n) => `${n} failing`)],
    style: { head: [], border: [] },
  });
  for (const [form, counts] of calls) table.push([form, ...counts.map((count) => count?.toFixed(2) ?? '–')]);
  return table.toString();
}

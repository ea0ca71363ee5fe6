import { EventType } from '../../proto/generated/moderation/v1/item.ts';
import type { Config, ModelConfig } from '../config-schema.ts';
import type { Case, History } from './case.ts';
import type { ValidEvent } from './event.ts';
import { abandoned, type Outcome } from './outcome.ts';

/** What the plan of a pass is made from, besides the case itself. */
export interface Facts {
  /** Whether an event of the item is known that comes after this one. */
  readonly isSuperseded: boolean;
  /** Passes of the same backlog entry that asked and made no progress: the entry itself can't tell of them. */
  readonly fruitlessPasses: number;
  /** Whether asking the model now is known to be in vain. */
  readonly isBreakerOpen: (model: string) => boolean;
  readonly nowMs: number;
}

export type Plan =
  /** A newer revision is known: nothing about this one matters any more. */
  | { readonly kind: 'superseded' }
  /** All that is owed is owed by models whose breakers are open: nothing to do but wait. */
  | { readonly kind: 'wait' }
  | Consultation;

export interface Consultation {
  readonly kind: 'consult';
  /** Models to ask. */
  readonly ask: readonly string[];
  /** How often they were asked before, by model; none on the first pass. */
  readonly attempts: ReadonlyMap<string, number>;
  /** Models that are not asked, because other entries owe their answers; those may have come by now. */
  readonly peek: readonly string[];
  /** What is settled already, by earlier passes or by giving up now. */
  readonly known: ReadonlyMap<string, Outcome>;
}

const NONE: ReadonlyMap<string, never> = new Map<string, never>();

/** Decides what a pass has to do. */
export function planPass({ event, history }: Case, facts: Facts, config: Pick<Config, 'models' | 'backlog'>): Plan {
  if (facts.isSuperseded) return { kind: 'superseded' };
  if (!history) {
    return { kind: 'consult', ask: concernedModels(event, config.models), attempts: NONE, peek: [], known: NONE };
  }
  return planBacklogPass(history, facts, config);
}

/** The names of the models that an event concerns, by the rules of the configuration. */
export function concernedModels(event: ValidEvent, models: Config['models']): string[] {
  const concerned: string[] = [];
  for (const name in models) if (concerns(models[name]!, event)) concerned.push(name);
  return concerned;
}

function concerns({ when }: ModelConfig, { type, item }: ValidEvent): boolean {
  if (!includesType(when.events, type)) return false;
  if (when.categories && !isWithinAny(item.category, when.categories)) return false;
  return !isWithinAny(item.category, when.exceptCategories);
}

function includesType(names: ModelConfig['when']['events'], type: EventType): boolean {
  for (const name of names) if (EventType[name] === type) return true;
  return false;
}

function isWithinAny(category: string, parents: readonly string[]): boolean {
  for (const parent of parents) if (isWithin(category, parent)) return true;
  return false;
}

/** Whether a slash-separated category is the other one or below it. */
function isWithin(category: string, parent: string): boolean {
  return category === parent || category.startsWith(`${parent}/`);
}

function planBacklogPass(
  history: History,
  facts: Facts,
  { models, backlog }: Pick<Config, 'models' | 'backlog'>,
): Plan {
  // A model that is no longer configured is no longer owed, and what it once said no longer counts.
  const isConfigured = (model: string) => Object.hasOwn(models, model);
  const known = new Map<string, Outcome>();
  for (const [model, outcome] of [...history.scores, ...history.failures]) {
    if (isConfigured(model)) known.set(model, outcome);
  }

  const ask: string[] = [];
  const asked = new Map<string, number>();
  const ageMs = facts.nowMs - history.firstPublishedAtMs;
  for (const { model, attempts, lastError } of history.owed) {
    if (!isConfigured(model)) continue;
    const times = attempts + facts.fruitlessPasses;
    if (ageMs > backlog.maxAge) known.set(model, abandoned(`owed for ${ageMs} ms; last: ${lastError}`));
    else if (times >= backlog.maxAttempts) known.set(model, abandoned(`asked ${times} times; last: ${lastError}`));
    else ask.push(model);
    asked.set(model, times);
  }

  const closesNothing = ask.length > 0 && ask.length === history.owed.length;
  if (closesNothing && ask.every(facts.isBreakerOpen)) return { kind: 'wait' };
  return { kind: 'consult', ask, attempts: asked, peek: history.owedElsewhere.filter(isConfigured), known };
}

import type { Config, Source } from '../config-schema.ts';
import { type Outcome, pending, type Scored } from '../moderation/outcome.ts';
import type { Asking } from '../telemetry/tracing/tracing.ts';
import type { Lane } from './lanes.ts';
import { createMember, type Member, type MemberObserver } from './member.ts';
import type { ModelClient } from './model-client.ts';
import type { PredictionCache, Wanted } from './prediction-cache.ts';
import type { Subject } from './subject.ts';

/** The models, side by side, with all that stands in front of each. */
export interface Panel {
  readonly members: ReadonlyMap<string, Member>;
  /** Comes to one outcome for every model that is asked, at the latest when the time is up. Never rejects. */
  consult(consultation: PanelConsultation): Promise<Map<string, Outcome>>;
  /** Learns the models' versions, at the start and from time to time: they are part of the cache's keys. */
  refreshVersions(): Promise<void>;
  close(): void;
}

export interface PanelConsultation {
  readonly subject: Subject;
  /** The models to ask. */
  readonly ask: readonly string[];
  readonly lane: Lane;
  /** Milliseconds on the panel's clock: what is not answered by then is pending. */
  readonly expiresAtMs: number;
  /** Where the pass is traced. */
  readonly asking?: Asking | undefined;
}

export interface PanelObserver extends MemberObserver {
  cacheHit(model: string): void;
  cacheMissed(model: string): void;
  /** The cache gave no answer for a model that was asked for: it is off, away, or the model's version is unknown. */
  cacheBypassed(model: string): void;
}

export interface PanelOptions {
  readonly config: Pick<Config, 'models' | 'backlog'>;
  readonly connect: (target: string) => ModelClient;
  readonly cache: PredictionCache;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  readonly observer: PanelObserver;
}

export function createPanel({ config, connect, cache, now, observer }: PanelOptions): Panel {
  const members = new Map<string, Member>();
  for (const [name, model] of Object.entries(config.models)) {
    members.set(
      name,
      createMember({
        name,
        config: model,
        client: connect(model.target),
        backlogShare: config.backlog.share,
        now,
        observer,
        onScores: (scores) => cache.keep(name, scores),
      }),
    );
  }

  async function consult(consultation: PanelConsultation): Promise<Map<string, Outcome>> {
    const { subject, ask, asking } = consultation;
    const outcomes = await fromCache(subject, ask);
    asking?.fromCache(outcomes);
    const missing = ask.filter((name) => !outcomes.has(name));
    if (missing.length === 0) return outcomes;
    await askMembers(consultation, missing, outcomes);
    return outcomes;
  }

  async function fromCache(subject: Subject, ask: readonly string[]): Promise<Map<string, Outcome>> {
    const outcomes = new Map<string, Outcome>();
    const wanted: Wanted[] = [];
    for (const name of ask) {
      const { config: model, version } = members.get(name)!;
      if (version)
        wanted.push({ model: name, modelVersion: version, digest: subject.digest(model.reads, model.needs) });
      else observer.cacheBypassed(name);
    }
    if (wanted.length === 0) return outcomes;
    const found = await cache.lookUp(wanted);
    for (let index = 0; index < wanted.length; index++) {
      const { model } = wanted[index]!;
      const score: Scored | undefined = found?.[index];
      if (score) {
        observer.cacheHit(model);
        outcomes.set(model, score);
      } else if (found) observer.cacheMissed(model);
      else observer.cacheBypassed(model);
    }
    return outcomes;
  }

  /** Resolves when all have answered, or when the time is up. */
  function askMembers(
    { subject, lane, expiresAtMs, asking }: PanelConsultation,
    names: readonly string[],
    outcomes: Map<string, Outcome>,
  ): Promise<void> {
    return new Promise((resolve) => {
      let outstanding = names.length;
      let isOver = false;
      const finish = () => {
        isOver = true;
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(
        () => {
          for (const name of names) if (!outcomes.has(name)) outcomes.set(name, BUDGET_SPENT);
          finish();
        },
        Math.max(0, expiresAtMs - now()),
      );
      const answer = (outcome: Outcome, name: string) => {
        if (isOver) return;
        questions?.get(name)?.answered(outcome);
        outcomes.set(name, outcome);
        outstanding--;
        if (outstanding === 0) finish();
      };
      const questions = asking && new Map(names.map((name) => [name, asking.ask(name)]));
      for (const name of names) {
        const member = members.get(name)!;
        const { reads, needs } = member.config;
        const traced = questions?.get(name);
        const digest = subject.digest(reads, needs);
        member.ask({ digest, input: subject.input(needs), lane, expiresAtMs, answer, traced });
      }
    });
  }

  return {
    members,
    consult,
    async refreshVersions() {
      await Promise.all([...members.values()].map((member) => member.refreshVersion()));
    },
    close() {
      for (const member of members.values()) member.close();
    },
  };
}

const BUDGET_SPENT = pending("DEADLINE_EXCEEDED: the item's budget is spent");

/** The models that can be asked although some sources have failed, and the outcomes of the others. */
export function withoutFailedSources(
  ask: readonly string[],
  needsOf: (model: string) => readonly Source[],
  failures: ReadonlyMap<Source, string>,
): { ask: readonly string[]; pending: Map<string, Outcome> } {
  const outcomes = new Map<string, Outcome>();
  if (failures.size === 0) return { ask, pending: outcomes };
  const rest = ask.filter((model) => {
    const source = needsOf(model).find((needed) => failures.has(needed));
    if (source) outcomes.set(model, pending(`ENRICHMENT: ${source}: ${failures.get(source)}`));
    return source === undefined;
  });
  return { ask: rest, pending: outcomes };
}

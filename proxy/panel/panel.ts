import type { Config, Source } from '../config-schema.ts';
import { type Outcome, pending, type Scored } from '../moderation/outcome.ts';
import { createExpiry } from '../store/expiry.ts';
import type { Asking } from '../telemetry/tracing/tracing.ts';
import { Answers } from './answers.ts';
import type { Lane } from './lanes.ts';
import { createMember, type Member, type MemberObserver } from './member.ts';
import type { ModelClient } from './model-client.ts';
import type { PredictionCache, Wanted } from './prediction-cache.ts';
import { Question } from './question.ts';
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
  const expiry = createExpiry(now);
  const members = new Map<string, Member>();
  const lists = new Map<string, readonly string[]>();
  for (const [name, model] of Object.entries(config.models)) {
    members.set(
      name,
      createMember({
        name,
        config: { ...model, reads: shared(model.reads, lists), needs: shared(model.needs, lists) },
        client: connect(model.target),
        backlogShare: config.backlog.share,
        now,
        observer,
        onScores: (scores) => cache.keep(name, scores),
      }),
    );
  }

  /** No function waits for the models: it would keep what it has looked at, for hundreds of items at a time. */
  function consult(consultation: PanelConsultation): Promise<Map<string, Outcome>> {
    return new Promise((resolve, reject) => {
      fromCache(consultation)
        .then((outcomes) => askMembers(consultation, outcomes, resolve))
        .catch(reject);
    });
  }

  async function fromCache({ subject, ask }: PanelConsultation): Promise<Map<string, Outcome>> {
    const outcomes = new Map<string, Outcome>();
    const wanted = wantedOf(subject, ask);
    if (wanted.length > 0) {
      const found = await cache.lookUp(wanted);
      takeFound(wanted, found, outcomes);
    }
    return outcomes;
  }

  /** What the cache may know: nothing of a model that has not said its version. */
  function wantedOf(subject: Subject, ask: readonly string[]): Wanted[] {
    const wanted: Wanted[] = [];
    for (const model of ask) {
      const { config: seated, version: modelVersion } = members.get(model)!;
      if (modelVersion) wanted.push({ model, modelVersion, digest: subject.digest(seated.reads, seated.needs) });
      else observer.cacheBypassed(model);
    }
    return wanted;
  }

  function takeFound(
    wanted: readonly Wanted[],
    found: readonly (Scored | undefined)[] | undefined,
    outcomes: Map<string, Outcome>,
  ): void {
    for (let index = 0; index < wanted.length; index++) {
      const { model } = wanted[index]!;
      const score = found?.[index];
      if (score) {
        observer.cacheHit(model);
        outcomes.set(model, score);
      } else if (found) observer.cacheMissed(model);
      else observer.cacheBypassed(model);
    }
  }

  /** Adds to what the cache knows: resolves when all have answered, or when the time is up. */
  function askMembers(
    { subject, ask, lane, expiresAtMs, asking }: PanelConsultation,
    outcomes: Map<string, Outcome>,
    resolve: (outcomes: Map<string, Outcome>) => void,
  ): void {
    asking?.fromCache(outcomes);
    const names = outcomes.size > 0 ? ask.filter((name) => !outcomes.has(name)) : ask;
    if (names.length === 0) {
      resolve(outcomes);
      return;
    }
    const questions = asking && new Map(names.map((name) => [name, asking.ask(name)]));
    const { answer } = new Answers({ names, outcomes, expiresAtMs, expiry, questions, resolve });
    for (const name of names) {
      const member = members.get(name)!;
      const { reads, needs } = member.config;
      const digest = subject.digest(reads, needs);
      const traced = questions?.get(name);
      member.ask(new Question({ digest, input: subject.input(needs), lane, expiresAtMs, answer, traced }));
    }
  }

  return {
    members,
    consult,
    async refreshVersions() {
      await Promise.all([...members.values()].map((member) => member.refreshVersion()));
    },
    close() {
      for (const member of members.values()) member.close();
      expiry.close();
    },
  };
}

/** The same list for all that are alike: a subject then sees at once that two models see the same of it. */
function shared<L extends readonly string[]>(list: L, lists: Map<string, readonly string[]>): L {
  const key = JSON.stringify(list);
  const known = lists.get(key) as L | undefined;
  if (!known) lists.set(key, list);
  return known ?? list;
}

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

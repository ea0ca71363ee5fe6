import type { Config } from '../../proxy/config-schema.ts';
import type { Lane } from '../../proxy/panel/lanes.ts';
import type { Member } from '../../proxy/panel/member.ts';
import type { Question } from '../../proxy/panel/question.ts';
import type { Books } from './books.ts';
import type { Host } from './host.ts';
import type { AskedInput, ModelObserver } from './model.ts';
import type { Witness } from './violation.ts';

/** Watches what the models are asked: nothing twice, nothing beyond the limits, the backlog by its share. */
export interface Asking extends ModelObserver {
  /** Watches a replica's panel from now on. */
  watch(host: Host, members: ReadonlyMap<string, Member>): void;
  breakerClosed(host: Host, model: string): void;
}

export interface AskingOptions {
  readonly config: Config;
  readonly witness: Witness;
  readonly books: Pick<Books, 'wasOwed'>;
  /** Whether a replica's cache has kept, since then, what it was given, and does so now. */
  readonly cacheHolds: (host: Host, answerer: Host, sinceMs: number) => boolean;
}

/** What a replica may need until a score that has come is in the cache, and a look-up that was under way is over. */
const KEEPING_MS = 60;

/** Of fewer calls none is kept free of the backlog. */
const RESERVED_FROM = 4;

/** More than any batch of a world's inputs. */
const LARGE_BATCH_BYTES = 1_000_000;

interface Seat {
  readonly member: Member;
  readonly questions: WeakMap<Uint8Array, Asked>;
  inFlight: number;
  /** Calls under way when the breaker closed, and those that have ended since: what the slow start allows. */
  slowStart: { readonly before: number; ended: number } | undefined;
  /** Inputs taken while both lanes had to wait. */
  contended: { live: number; backlog: number };
}

interface Asked {
  /** Whether it has left in a call: what was refused with its neighbours is asked once more by itself. */
  hasLeft: boolean;
  readonly lane: Lane;
  readonly atMs: number;
  readonly version: string | undefined;
}

export function createAsking({ config, witness, books, cacheHolds }: AskingOptions): Asking {
  const seats = new Map<Host, Map<string, Seat>>();
  const answers = new Map<string, { atMs: number; host: Host; version: string }>();
  const keyOf = (model: string, { itemId, revision }: AskedInput) => `${model} ${itemId} ${revision}`;

  function checkLimits(seat: Seat, inputs: readonly Uint8Array[]): void {
    const { name, limit, breaker } = seat.member;
    const { batch, concurrency } = config.models[name]!;
    const exceeds = (what: string) => witness.violated('limits hold', undefined, `${name}: ${what}`);
    const bytes = inputs.reduce((sum, input) => sum + input.length, 0);
    if (inputs.length > batch.max) exceeds(`${inputs.length} inputs in a call, at most ${batch.max}`);
    if (inputs.length > 1 && bytes > batch.maxBytes) exceeds(`${bytes} bytes in a call, at most ${batch.maxBytes}`);
    if (seat.inFlight > concurrency.max) exceeds(`${seat.inFlight} calls in flight, at most ${concurrency.max}`);
    if (breaker === 'half-open' && inputs.length > 1) exceeds(`a probe with ${inputs.length} inputs`);
    const lanes = inputs.map((input) => seat.questions.get(input)!.lane);
    // While live items wait, too, its share may be the whole of a call.
    const isBacklogOnly = lanes.every((lane) => lane === 'backlog') && seat.member.waiting('live') === 0;
    if (isBacklogOnly && limit >= RESERVED_FROM && seat.inFlight > limit - 1 && breaker === 'closed') {
      exceeds(`the backlog takes call ${seat.inFlight} of ${limit}, and leaves none for live items`);
    }
    if (seat.slowStart) {
      const allowed = 1 + seat.slowStart.before + seat.slowStart.ended;
      if (seat.inFlight > allowed) exceeds(`${seat.inFlight} calls in flight in the slow start, at most ${allowed}`);
      // It begins anew after the probe.
      const doubled = 2 ** (seat.slowStart.ended - 1);
      if (inputs.length > doubled) exceeds(`${inputs.length} inputs in a call in the slow start, at most ${doubled}`);
      if (allowed > concurrency.initial && doubled >= batch.max) seat.slowStart = undefined;
    }
  }

  function checkQueue(name: string, lane: Lane, waiting: number, bound: number): void {
    if (waiting <= bound) return;
    witness.violated('limits hold', undefined, `${name}: ${waiting} ${lane} inputs wait, at most ${bound}`);
  }

  /** While both lanes wait, the backlog gets its share of what leaves for the first time, give or take a batch. */
  function checkShare(seat: Seat, inputs: readonly Uint8Array[]): void {
    const { member, contended, questions } = seat;
    const fresh = inputs.map((input) => questions.get(input)!).filter(({ hasLeft }) => !hasLeft);
    for (const question of fresh) question.hasLeft = true;
    if (member.waiting('live') === 0 || member.waiting('backlog') === 0) {
      seat.contended = { live: 0, backlog: 0 };
      return;
    }
    for (const { lane } of fresh) contended[lane]++;
    const { batch } = config.models[member.name]!;
    const total = contended.live + contended.backlog;
    const due = total * config.backlog.share;
    const tooMuch = contended.backlog - due;
    // Where bytes are short, large inputs leave alone, and the other lane's have no room beside them.
    const tooLittle = batch.maxBytes < LARGE_BATCH_BYTES ? 0 : -tooMuch;
    if (Math.max(tooMuch, tooLittle) <= 2 * batch.max + 1) return;
    const what = `${member.name}: of ${total} inputs that left while both lanes waited ${contended.backlog} were the backlog's, its share is ${due.toFixed(1)}`;
    witness.violated('the backlog gets its share, and no more', undefined, what);
    seat.contended = { live: 0, backlog: 0 };
  }

  function checkRepeated(host: Host, { member, questions }: Seat, input: Uint8Array, asked: AskedInput): void {
    const model = member.name;
    const answer = answers.get(keyOf(model, asked));
    const question = questions.get(input)!;
    if (!answer || question.atMs < answer.atMs + KEEPING_MS || question.version !== answer.version) return;
    // A replica that goes down may take along what it has just heard.
    if ((answer.host.downAtMs ?? Number.POSITIVE_INFINITY) < answer.atMs + KEEPING_MS) return;
    if (!cacheHolds(host, answer.host, answer.atMs)) return;
    const what = `${host.name} asks ${model} for revision ${asked.revision} again, ${Math.round(question.atMs - answer.atMs)} ms after ${answer.host.name} had its answer`;
    witness.violated('a healthy model is not asked again', asked.itemId, what);
  }

  function checkOwed(
    host: Host,
    { member, questions }: Seat,
    input: Uint8Array,
    { itemId, revision }: AskedInput,
  ): void {
    if (questions.get(input)!.lane !== 'backlog' || books.wasOwed(itemId, revision, member.name)) return;
    const what = `${host.name} asks ${member.name} for revision ${revision} from the backlog, where no entry owes it`;
    witness.violated('the backlog asks only for what is owed', itemId, what);
  }

  return {
    watch(host, members) {
      const watched = new Map<string, Seat>();
      for (const [name, member] of members) {
        const questions = new WeakMap<Uint8Array, Asked>();
        watched.set(name, { member, questions, inFlight: 0, slowStart: undefined, contended: { live: 0, backlog: 0 } });
        const ask = member.ask;
        const watchedAsk = (question: Question) => {
          const { input, lane } = question;
          questions.set(input, { hasLeft: false, lane, atMs: performance.now(), version: member.version });
          ask(question);
          checkQueue(name, 'live', member.waiting('live'), config.models[name]!.queue);
          // What has just been given up may wait for the next call to be taken out.
          checkQueue(name, 'backlog', member.waiting('backlog'), 2 * config.backlog.maxInFlight);
        };
        Object.assign(member, { ask: watchedAsk });
      }
      seats.set(host, watched);
    },
    breakerClosed(host, model) {
      const seat = seats.get(host)?.get(model);
      // The probe was the first round, with its one call.
      if (seat) seat.slowStart = { before: seat.inFlight, ended: 1 };
    },
    calling(host, model, inputs, asked) {
      const seat = seats.get(host)?.get(model);
      if (!seat) return;
      seat.inFlight++;
      checkLimits(seat, inputs);
      checkShare(seat, inputs);
      for (const [index, one] of asked.entries()) {
        checkRepeated(host, seat, inputs[index]!, one);
        checkOwed(host, seat, inputs[index]!, one);
        witness.note(one.itemId, () => `${host.name} asks ${model} for revision ${one.revision}`);
      }
    },
    answered(host, model, asked, scored, version) {
      for (const [index, one] of asked.entries()) {
        witness.note(one.itemId, () => `${model} answers ${host.name} for revision ${one.revision}: ${scored[index]}`);
        if (scored[index]) answers.set(keyOf(model, one), { atMs: performance.now(), host, version });
      }
    },
    ended(host, model) {
      const seat = seats.get(host)?.get(model);
      if (!seat) return;
      seat.inFlight--;
      if (seat.slowStart) seat.slowStart.ended++;
    },
  };
}

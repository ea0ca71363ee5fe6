import type { BooksMoment, Health, ModelMoment } from '../console/wire.ts';

/** Of calls or answers: above it people should look; above the other it is ill. A few time out in calm times too. */
const STRAINED_SHARE = 0.05;
const ILL_SHARE = 0.5;
/** Answers owed that are worth a word. */
const OWED = 10;
/** Without a first word for so long, an event is missed, not under way. */
const MISSING_MS = 30_000;
/** And for so long, it is kept waiting. */
const LATE_MS = 5_000;
/** How far behind the main stream may be, in seconds of its rate, and still be called calm. */
const CALM_SECONDS = 1;

/** How a model does, judged by what was observed, not by what was broken on purpose. */
export function modelHealth(
  model: Pick<ModelMoment, 'breaker' | 'failedShare' | 'pendingShare' | 'owed'>,
  isKnown: boolean,
): Health {
  if (!isKnown) return { level: 'unknown', text: 'no proxy answers' };
  const { breaker, owed } = model;
  const failed = Math.max(model.failedShare ?? 0, model.pendingShare ?? 0);
  const share = `${Math.round(failed * 100)} % without an answer`;
  if (breaker === 'open') return { level: 'ill', text: 'ill: breaker open' };
  if (failed >= ILL_SHARE) return { level: 'ill', text: `ill: ${share}` };
  if (breaker === 'half-open') return { level: 'strained', text: 'trying whether it is back' };
  if (failed >= STRAINED_SHARE) return { level: 'strained', text: share };
  if (owed !== null && owed >= OWED) return { level: 'strained', text: 'catching up' };
  return { level: 'well', text: 'well' };
}

/** How the main stream does. */
export function streamHealth(behind: number, oldestMs: number, rate: number): Health {
  const calm = Math.max(20, rate * CALM_SECONDS);
  if (oldestMs >= LATE_MS) return { level: 'ill', text: `waiting for ${Math.round(oldestMs / 1_000)} s` };
  if (behind > calm) return { level: 'strained', text: 'catching up' };
  return { level: 'well', text: 'main stream calm' };
}

/** Whether the books balance: what is neither settled nor waiting must be under way, and not for long. */
export function balanceOf(unheard: number, oldestMs: number): BooksMoment['balance'] {
  if (unheard === 0) return 'balanced';
  return oldestMs < MISSING_MS ? 'under-way' : 'missing';
}

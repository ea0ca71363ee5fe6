import type { CampaignObserver } from './campaign.ts';
import { headerLine, openLines, resultLine, shortcomingLines } from './table.ts';

export interface ReportOptions {
  /** How many faults there are. */
  readonly count: number;
  /** Takes the table. */
  readonly out: (line: string) => void;
  /** Takes what goes on meanwhile. */
  readonly progress: (line: string) => void;
}

const PROGRESS_MS = 5_000;

/** Tells people how a campaign goes: a line of the table for each fault, and every few seconds what it is about. */
export function reportTo({
  count,
  out,
  progress,
}: ReportOptions): Disposable & { readonly observer: CampaignObserver } {
  let done = 0;
  let isHeaded = false;
  let status = () => '';
  let startedAtMs = Date.now();
  const elapsed = () => `${Math.round((Date.now() - startedAtMs) / 1_000)} s`;
  const timer = setInterval(() => {
    const line = status();
    if (line) progress(line);
  }, PROGRESS_MS);

  const observer: CampaignObserver = {
    stack: (line) => progress(line),
    step(fault, step, outstanding) {
      if (step === 'calm') startedAtMs = Date.now();
      status = () => {
        const { events, open } = outstanding();
        return `  [${done + 1}/${count}] ${fault.name}: ${step}, ${elapsed()}, ${events} events, ${open} of them open`;
      };
      if (step !== 'calm') progress(status());
    },
    finished(result) {
      status = () => '';
      done++;
      if (!isHeaded) out(headerLine());
      isHeaded = true;
      out(resultLine(result));
      for (const line of [...openLines(result, Date.now()), ...shortcomingLines(result)]) out(line);
    },
    noticed: (line) => progress(`  ${line}`),
  };
  return { observer, [Symbol.dispose]: () => clearInterval(timer) };
}

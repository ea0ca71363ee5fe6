import type { Incident } from './incident.ts';

/** An incident whose faults take so long from the first one's begin to the last one's end, in milliseconds. */
export function stretched(incident: Incident, durationMs: number): Incident {
  const { faults } = incident;
  const fromMs = Math.min(...faults.map(({ at }) => at));
  const toMs = Math.max(...faults.map((fault) => fault.at + fault.for));
  const factor = durationMs / (toMs - fromMs);
  const moved = (ms: number) => fromMs + Math.round((ms - fromMs) * factor);
  const stretch = (fault: (typeof faults)[number]) => {
    const at = moved(fault.at);
    // Rounded as an end, so that two faults that follow one another do not come to overlap.
    return { ...fault, at, for: Math.max(1, moved(fault.at + fault.for) - at) };
  };
  return { ...incident, faults: faults.map(stretch) };
}

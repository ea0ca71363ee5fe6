import type { Violation, Witness } from '../world/violation.ts';

/** A witness that keeps what it is told. */
export function witnessOf(): Witness & { readonly violations: Violation[] } {
  const violations: Violation[] = [];
  return {
    violations,
    violated: (invariant, itemId, what) => violations.push({ invariant, itemId, what, atMs: 0 }),
    note: () => {},
  };
}

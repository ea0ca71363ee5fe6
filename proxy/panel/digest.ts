import { hash } from 'node:crypto';

/** Of what can be told in JSON: what differs there has another one. */
export function digestOf(seen: unknown): string {
  return hash('sha256', JSON.stringify(seen), 'base64url');
}

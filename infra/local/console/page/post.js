/** @import { FieldFault } from '../wire.ts' */

/** The server has refused what was sent. */
export class Refused extends Error {
  /**
   * @param {string} message
   * @param {readonly FieldFault[]} faults
   */
  constructor(message, faults) {
    super(message);
    this.name = 'Refused';
    this.faults = faults;
  }
}

/**
 * @param {string} path
 * @param {unknown} body
 * @returns {Promise<unknown>}
 * @throws {Refused}
 */
export async function post(path, body) {
  /** @type {Response} */
  let response;
  try {
    response = await fetch(path, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(body),
    });
  } catch {
    throw new Refused('the console does not answer: is npm start still running?', []);
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(answer.error ?? response.statusText, answer.faults ?? []);
  return answer;
}

/**
 * Who is told that something may be deliverable. What is marked while a method of the broker runs is told at its end;
 * what a listener brings about is told after it, and not within it.
 */
export class Deliverables<Subject> {
  readonly #listeners = new Map<Subject, Set<() => void>>();
  readonly #marked = new Set<Subject>();
  #telling = false;

  mark(subject: Subject): void {
    this.#marked.add(subject);
  }

  listen(subject: Subject, listener: () => void): () => void {
    const listeners = this.#listeners.get(subject) ?? new Set();
    this.#listeners.set(subject, listeners);
    // A function of its own for each call: the same listener may be handed in twice.
    const own = (): void => listener();
    listeners.add(own);
    return () => {
      listeners.delete(own);
      if (listeners.size === 0 && this.#listeners.get(subject) === listeners) this.#listeners.delete(subject);
    };
  }

  hasListener(subject: Subject): boolean {
    return this.#listeners.has(subject);
  }

  forget(subject: Subject): void {
    this.#listeners.delete(subject);
    this.#marked.delete(subject);
  }

  tell(): void {
    if (this.#telling) return;
    this.#telling = true;
    try {
      for (const subject of this.#marked) {
        this.#marked.delete(subject);
        for (const listener of [...(this.#listeners.get(subject) ?? [])]) listener();
      }
    } finally {
      this.#telling = false;
    }
  }
}

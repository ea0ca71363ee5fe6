import { Heap } from 'heap-js';

/** Something that becomes due. `dueMs` and `slot` belong to the agenda; new ones start with Infinity and undefined. */
export interface Appointment {
  /** Infinity: never. */
  dueMs: number;
  slot: Slot | undefined;
  onDue(nowMs: number): void;
}

/** A place in the heap. It may come up before its appointment is due, and is then put back. */
interface Slot {
  readonly atMs: number;
  readonly order: number;
  appointment: Appointment | undefined;
}

/** Below so many, slots without an appointment are left to come up by themselves. */
const keptIdleSlots = 1_000;

/**
 * What becomes due when. Putting off and calling off, which is what happens to nearly every lease, leaves the heap as it
 * is: O(1); the rest is O(log n), amortised. What is due at the same time comes in the order in which it was set.
 */
export class Agenda {
  readonly #slots = new Heap<Slot>((a, b) => a.atMs - b.atMs || a.order - b.order);
  #order = 0;
  /** Slots in the heap whose appointment was called off or has another slot. */
  #idle = 0;

  set(appointment: Appointment, dueMs: number): void {
    const { slot } = appointment;
    if (slot && appointment.dueMs === Number.POSITIVE_INFINITY) this.#idle -= 1;
    appointment.dueMs = dueMs;
    if (slot && slot.atMs <= dueMs) return;
    if (slot) {
      slot.appointment = undefined;
      this.#countIdle();
    }
    this.#push(appointment);
  }

  cancel(appointment: Appointment): void {
    if (appointment.dueMs === Number.POSITIVE_INFINITY) return;
    appointment.dueMs = Number.POSITIVE_INFINITY;
    this.#countIdle();
  }

  get nextDueMs(): number | undefined {
    return this.#head()?.atMs;
  }

  /** The next appointment that is due, taken off the agenda; undefined when none is. */
  takeDue(nowMs: number): Appointment | undefined {
    const head = this.#head();
    if (!head || head.atMs > nowMs) return undefined;
    const appointment = head.appointment!;
    this.#slots.pop();
    appointment.slot = undefined;
    appointment.dueMs = Number.POSITIVE_INFINITY;
    return appointment;
  }

  /** The first slot whose time is its appointment's. */
  #head(): Slot | undefined {
    for (;;) {
      const slot = this.#slots.peek();
      const appointment = slot?.appointment;
      if (slot && appointment?.dueMs === slot.atMs) return slot;
      if (!slot) return undefined;
      this.#slots.pop();
      if (appointment && appointment.dueMs !== Number.POSITIVE_INFINITY) {
        this.#push(appointment);
      } else {
        this.#idle -= 1;
        if (appointment) appointment.slot = undefined;
      }
    }
  }

  #push(appointment: Appointment): void {
    this.#order += 1;
    appointment.slot = { atMs: appointment.dueMs, order: this.#order, appointment };
    this.#slots.push(appointment.slot);
  }

  #countIdle(): void {
    this.#idle += 1;
    if (this.#idle < keptIdleSlots || this.#idle * 2 < this.#slots.length) return;
    const used: Slot[] = [];
    for (const slot of this.#slots.heapArray) {
      const { appointment } = slot;
      if (!appointment) continue;
      if (appointment.dueMs === Number.POSITIVE_INFINITY) appointment.slot = undefined;
      else used.push(slot);
    }
    this.#slots.init(used);
    this.#idle = 0;
  }
}

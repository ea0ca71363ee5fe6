import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Agenda, type Appointment } from './agenda.ts';

interface Named extends Appointment {
  readonly name: number;
}

function appointment(name: number): Named {
  return { name, dueMs: Number.POSITIVE_INFINITY, slot: undefined, onDue: () => {} };
}

function takeAll(agenda: Agenda, nowMs: number): number[] {
  const names: number[] = [];
  for (let due = agenda.takeDue(nowMs); due; due = agenda.takeDue(nowMs)) names.push((due as Named).name);
  return names;
}

describe('an agenda', () => {
  test('gives out what is due, earliest first and what is due at once in the order in which it was set', () => {
    const agenda = new Agenda();
    for (const [name, dueMs] of [30, 10, 20, 10].entries()) agenda.set(appointment(name), dueMs);
    expect(agenda.nextDueMs).toBe(10);
    expect(takeAll(agenda, 20)).toEqual([1, 3, 2]);
    expect(agenda.nextDueMs).toBe(30);
  });

  test('knows that nothing is due when all was taken or called off', () => {
    const agenda = new Agenda();
    const one = appointment(1);
    agenda.set(one, 10);
    agenda.cancel(one);
    expect(agenda.nextDueMs).toBeUndefined();
    expect(takeAll(agenda, 100)).toEqual([]);
  });

  test('does not hold on to the appointments that were called off when they are many', () => {
    const agenda = new Agenda();
    const many = Array.from({ length: 10_000 }, (_, name) => appointment(name));
    for (const each of many) agenda.set(each, 1_000);
    for (const each of many.slice(1)) agenda.cancel(each);
    expect(many.filter(({ slot }) => slot !== undefined).length).toBeLessThan(1_500);
    expect(takeAll(agenda, 1_000)).toEqual([0]);
  });

  test('agrees with a plain table, whatever is set, put off, brought forward and called off', () => {
    const action = fc.record({
      kind: fc.constantFrom('set', 'cancel', 'take'),
      name: fc.nat(7),
      ms: fc.nat(50),
    });
    fc.assert(
      fc.property(fc.array(action, { maxLength: 80 }), (actions) => {
        const agenda = new Agenda();
        const all = Array.from({ length: 8 }, (_, name) => appointment(name));
        const table = new Map<number, number>();
        for (const { kind, name, ms } of actions) {
          if (kind === 'set') {
            agenda.set(all[name]!, ms);
            table.set(name, ms);
          } else if (kind === 'cancel') {
            agenda.cancel(all[name]!);
            table.delete(name);
          } else {
            const due = [...table].filter(([, dueMs]) => dueMs <= ms).map(([each]) => each);
            expect(takeAll(agenda, ms).sort()).toEqual(due.sort());
            for (const each of due) table.delete(each);
          }
          expect(agenda.nextDueMs).toBe(table.size === 0 ? undefined : Math.min(...table.values()));
        }
      }),
      { numRuns: 300 },
    );
  });
});

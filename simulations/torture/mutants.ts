/** A known bug: one place in the code under test, and what stands there instead. */
export interface Mutant {
  readonly name: string;
  /** Relative to the repository. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export const MUTANTS: readonly Mutant[] = [
  {
    name: 'acknowledge before the publishes are confirmed',
    file: 'proxy/moderate.ts',
    find: `    await publish(subject, conclusion, pass);
    events.concluded(subject, conclusion, clock.wallMs());
    return conclusion.result;`,
    replace: `    publish(subject, conclusion, pass).catch(() => {});
    events.concluded(subject, conclusion, clock.wallMs());
    return conclusion.result;`,
  },
  {
    name: 'acknowledge what the broker has refused',
    file: 'proxy/moderate.ts',
    find: `      return 'nack';
    }
  }`,
    replace: `      return 'ack';
    }
  }`,
  },
  {
    name: 'forget the remainder after progress',
    file: 'proxy/moderation/conclude.ts',
    find: '  const entries = backlogEntries(subject, owed,',
    replace: '  const entries = backlogEntries(subject, subject.history ? [] : owed,',
  },
  {
    name: 'owe only the first of several models',
    file: 'proxy/moderation/backlog-entry.ts',
    find: "if (mode === 'combined') return [entry(owed, owedElsewhere)];",
    replace: "if (mode === 'combined') return [entry(owed.slice(0, 1), owedElsewhere)];",
  },
  {
    name: 'drop the item when the cache fails',
    file: 'proxy/panel/panel.ts',
    find: '      const found = await cache.lookUp(wanted);',
    replace:
      '      const found = await cache.lookUp(wanted);\n      if (!found) throw new Error("the cache does not answer");',
  },
  {
    name: 'never look at revisions',
    file: 'proxy/store/revisions.ts',
    find: 'seen.peek(itemId) ?? 0;',
    replace: '(seen.peek(itemId) ?? 0) * 0;',
  },
  {
    name: 'do not look again whether a newer revision has come',
    file: 'proxy/moderate.ts',
    find: '    if (await isOvertaken(subject, startedAtMs, standing)) return supersede(subject);\n    if (conclusion.result',
    replace: '    if (conclusion.result',
  },
  {
    name: 'do not wait for an older decision that is on its way',
    file: 'proxy/moderate.ts',
    find: '    if (older) await older;\n',
    replace: '',
  },
  {
    name: 'take an equal revision for a newer one',
    file: 'proxy/store/revisions.ts',
    find: 'newestOf(event.item.itemId) > rankOf(event);',
    replace: 'newestOf(event.item.itemId) >= rankOf(event);',
  },
  {
    name: 'do not pace a model that is back',
    file: 'proxy/panel/adaptive-limit.ts',
    find: '      fall(1, nowMs);',
    replace: '      fall(max * batch, nowMs);',
  },
  {
    name: 'send a whole batch as the probe',
    file: 'proxy/panel/member.ts',
    find: 'lanes.take({ ...config.batch, max: 1 })',
    replace: 'lanes.take(config.batch)',
  },
  {
    name: 'let the backlog take every call',
    file: 'proxy/panel/member.ts',
    find: "return lane === 'live' || limit.current < RESERVED_FROM ? limit.current : limit.current - 1;",
    replace: 'return lane && RESERVED_FROM ? limit.current : 1;',
  },
  {
    name: 'ignore the share of the drain',
    file: 'proxy/panel/lanes.ts',
    find: 'Math.min(Math.floor(credit), max)',
    replace: 'Math.floor(max / 2)',
  },
  {
    name: 'starve the backlog while live traffic waits',
    file: 'proxy/panel/lanes.ts',
    find: 'Math.min(Math.floor(credit), max)',
    replace: '0',
  },
  {
    name: 'ignore the limit of a batch',
    file: 'proxy/panel/lanes.ts',
    find: 'while (taken < queue.length && batch.length < max) {',
    replace: 'while (taken < queue.length && batch.length < max + 1) {',
  },
  {
    name: 'acknowledge at shutdown what is not finished',
    file: 'proxy/intake/lease.ts',
    find: `  async function drain(): Promise<{ nacked: number }> {
    isOpen = false;`,
    replace: `  async function drain(): Promise<{ nacked: number }> {
    isOpen = false;
    for (const message of inWork) message.ack();`,
  },
  {
    name: 'count a permanent fault as transient',
    file: 'proxy/panel/prediction.ts',
    find: '  status.CANCELLED,\n',
    replace: '  status.CANCELLED,\n  status.INVALID_ARGUMENT,\n  status.FAILED_PRECONDITION,\n  status.OUT_OF_RANGE,\n',
  },
  {
    name: 'count a transient fault as permanent',
    file: 'proxy/panel/prediction.ts',
    find: '  status.UNAVAILABLE,\n',
    replace: '',
  },
  {
    name: 'take a number beyond 1 for a probability',
    file: 'proxy/panel/prediction.ts',
    find: '!(probability >= 0 && probability <= 1)',
    replace: '!(probability >= 0)',
  },
  {
    name: 'keep no prediction',
    file: 'proxy/panel/member.ts',
    find: 'if (scores.length > 0) onScores(scores);',
    replace: '',
  },
  {
    name: 'ask again what the entry has the score of',
    file: 'proxy/moderation/plan.ts',
    find: '  const closesNothing =',
    replace: `  for (const model of history.scores.keys()) if (isConfigured(model)) ask.push(model);
  const closesNothing =`,
  },
  {
    name: 'wait for a model without end',
    file: 'proxy/panel/answers.ts',
    find: '    options.expiry.add(this, options.expiresAtMs);',
    replace: '',
  },
  {
    name: 'nack the event while a model is ill',
    file: 'proxy/moderate.ts',
    find: "return as === 'fruitless' || as === 'waiting' ? 'nack' : 'ack';",
    replace: "return as === 'fruitless' || as === 'waiting' || as === 'deferred' ? 'nack' : 'ack';",
  },
  {
    name: 'acknowledge a pass without progress',
    file: 'proxy/moderate.ts',
    find: "return as === 'fruitless' || as === 'waiting' ? 'nack' : 'ack';",
    replace: "return as === 'waiting' ? 'nack' : 'ack';",
  },
  {
    name: 'give up without a dead letter',
    file: 'proxy/moderate.ts',
    find: "if (deadLetter) publishes.push(publisher.publish('deadLetter', deadLetterMessage(deadLetter)));",
    replace: 'if (deadLetter) deadLetterMessage(deadLetter);',
  },
  {
    name: 'give up after one attempt',
    file: 'proxy/moderation/plan.ts',
    find: 'times >= backlog.maxAttempts',
    replace: 'times >= 1',
  },
  {
    name: 'bypass the store at every look-up',
    file: 'proxy/store/bypass.ts',
    find: '(keys) => ask(() => commands.getMany(keys)), MAX_KEYS',
    replace: "() => ask(() => Promise.reject(new Error('planted'))), MAX_KEYS",
  },
  {
    name: 'give the answers to the wrong inputs',
    file: 'proxy/panel/call-model.ts',
    find: 'const outcomes = predictions.map(',
    replace: 'const outcomes = predictions.toReversed().map(',
  },
  {
    name: 'leave the events no time for their models',
    file: 'proxy/moderate.ts',
    find: 'endOf(startedAtMs, config[intake].budget));',
    replace: "intake === 'items' ? startedAtMs : endOf(startedAtMs, config[intake].budget));",
  },
  {
    name: 'leave the breaker open for ever',
    file: 'proxy/panel/breaker.ts',
    find: '      resetTimeout: reset,',
    replace: '      resetTimeout: reset * 1_000_000,',
  },
];

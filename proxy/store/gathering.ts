/** Puts questions to something that answers many at once: `undefined` in place of the answers where it does not answer. */
export type AskMany<Question, Answer> = (questions: readonly Question[]) => Promise<readonly Answer[] | undefined>;

/** Puts questions together. */
export interface Gathering<Question, Answer> {
  many(questions: readonly Question[]): Promise<readonly Answer[] | undefined>;
  one(question: Question): Promise<Answer | undefined>;
}

interface Round<Question, Answer> {
  readonly questions: Question[];
  readonly answers: Promise<readonly Answer[] | undefined>;
}

/**
 * Gathers what is asked in one turn of the event loop and asks it together at its end: what a question costs, here and at
 * the other side, is mostly the way there. The answers come in the order of the questions, to each asker its own.
 *
 * @param most questions that go together, unless one asker has more by itself
 */
export function gathering<Question, Answer>(
  askMany: AskMany<Question, Answer>,
  most: number,
): Gathering<Question, Answer> {
  let gathered: Round<Question, Answer> | undefined;

  function begin(): Round<Question, Answer> {
    const questions: Question[] = [];
    const answers = new Promise<void>((resolve) => setImmediate(resolve)).then(() => {
      if (gathered === round) gathered = undefined;
      return askMany(questions);
    });
    const round = { questions, answers };
    return round;
  }

  /** The round that so many more questions go with. */
  function roundFor(count: number): Round<Question, Answer> {
    if (gathered && gathered.questions.length + count > most) gathered = undefined;
    gathered ??= begin();
    return gathered;
  }

  return {
    many(asked) {
      const { questions, answers } = roundFor(asked.length);
      const from = questions.length;
      for (const question of asked) questions.push(question);
      return answers.then((all) => all?.slice(from, from + asked.length));
    },
    one(question) {
      const { questions, answers } = roundFor(1);
      const index = questions.push(question) - 1;
      return answers.then((all) => all?.[index]);
    },
  };
}

/** What a long run tells people. */
export interface Reporter {
  /** A line for standard output. */
  say(line: string): void;
  /** How far it is, on standard error: one line rewritten in place on a terminal, else a line now and then. */
  progress(line: string): void;
}

export function startReporter(): Reporter {
  const isTerminal = process.stderr.isTTY;
  const everyMs = isTerminal ? 200 : 15_000;
  let toldAtMs = Date.now();
  return {
    say(line) {
      if (isTerminal) process.stderr.write('\r\u001b[K');
      process.stdout.write(`${line}\n`);
    },
    progress(line) {
      if (Date.now() - toldAtMs < everyMs) return;
      toldAtMs = Date.now();
      process.stderr.write(isTerminal ? `\r\u001b[K${line}` : `${line}\n`);
    },
  };
}

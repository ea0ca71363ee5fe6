import { stripVTControlCharacters } from 'node:util';

/** What the terminal is to this: `process.stdout`, or whatever a test puts in its place. */
export interface Screen {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
  on(event: 'resize', listener: () => void): unknown;
  off(event: 'resize', listener: () => void): unknown;
}

/** One line that changes, below lines that stay. */
export interface LiveLine extends Disposable {
  /** A line that stays. */
  say(line: string): void;
  /**
   * The line that changes, cut to the width; elsewhere than on a terminal a line that stays, now and then. An empty one
   * takes it away.
   */
  show(line: string): void;
}

export interface LiveLineOptions {
  readonly screen: Screen;
  readonly env: NodeJS.ProcessEnv;
  /** How often a line is shown where it can't be redrawn, in milliseconds; by default 5,000. */
  readonly everyMs?: number;
  readonly now?: () => number;
}

const ERASE_LINE = '\r\u001b[K';
/** The start of a line to the end of the screen: a line that a narrower window has wrapped goes too. */
const ERASE_BELOW = '\r\u001b[J';

/** Redraws one line where the screen is a terminal that can (not TERM=dumb); prints lines where it is not. */
export function startLiveLine({ screen, env, everyMs = 5_000, now = Date.now }: LiveLineOptions): LiveLine {
  const canRedraw = screen.isTTY === true && env['TERM'] !== 'dumb';
  if (!canRedraw) {
    let shownAtMs = Number.NEGATIVE_INFINITY;
    return {
      say: (line) => void screen.write(`${line}\n`),
      show(line) {
        if (line === '' || now() - shownAtMs < everyMs) return;
        shownAtMs = now();
        screen.write(`${line}\n`);
      },
      [Symbol.dispose]() {},
    };
  }

  let live = '';
  // The last column stays free: a terminal may wrap at once when it is written to.
  const draw = (erase: string) => void screen.write(`${erase}${cutTo(live, (screen.columns ?? 80) - 1)}`);
  const redraw = () => {
    if (live !== '') draw(ERASE_BELOW);
  };
  screen.on('resize', redraw);
  return {
    say(line) {
      screen.write(`${live === '' ? '' : ERASE_LINE}${line}\n`);
      if (live !== '') draw('');
    },
    show(line) {
      live = line;
      draw(ERASE_LINE);
    },
    [Symbol.dispose]() {
      screen.off('resize', redraw);
      if (live !== '') screen.write(ERASE_LINE);
      live = '';
    },
  };
}

/** The first characters of a line that may have colours in it; what is cut is told by an ellipsis. */
export function cutTo(line: string, columns: number): string {
  if (stripVTControlCharacters(line).length <= columns) return line;
  let width = 0;
  let cut = '';
  let isColour = false;
  for (const character of line) {
    isColour ||= character === '\u001b';
    if (isColour) {
      cut += character;
      isColour = character !== 'm';
    } else if (width < columns - 1) {
      cut += character;
      width++;
    }
  }
  return `${cut}${columns > 0 ? '…' : ''}`;
}

export interface Piece {
  /** From 1. */
  line: number;
  text: string;
}

export interface MarkdownPieces {
  /** What stands in backticks, and the lines of fenced blocks. */
  code: Piece[];
  /** The targets of links and images, outside code. */
  links: Piece[];
}

const fence = /^\s*(`{3,}|~{3,})/;
const inlineCode = /(`+)(.+?)\1(?!`)/g;
const inlineLink = /\]\(\s*(<[^>]*>|[^()\s]+(?:\([^()\s]*\)[^()\s]*)*)(?:\s+["'(][^)]*)?\s*\)/g;
const linkDefinition = /^\s{0,3}\[[^\]]+\]:\s+(<[^>]*>|\S+)/;

/** The parts of a Markdown text that can name a file or a command. */
export function piecesOf(markdown: string): MarkdownPieces {
  const pieces: MarkdownPieces = { code: [], links: [] };
  let openFence: string | undefined;
  for (const [i, content] of markdown.split(/\r?\n/).entries()) {
    const line = i + 1;
    const mark = fence.exec(content)?.[1];
    if (openFence !== undefined) {
      if (mark?.startsWith(openFence) && content.trim() === mark) {
        openFence = undefined;
      } else {
        pieces.code.push({ line, text: content });
      }
      continue;
    }
    if (mark !== undefined) {
      openFence = mark;
      continue;
    }
    const prose = content.replace(inlineCode, (_, __, code: string) => {
      pieces.code.push({ line, text: code });
      return 'code';
    });
    for (const match of prose.matchAll(inlineLink)) {
      pieces.links.push({ line, text: match[1]! });
    }
    const definition = linkDefinition.exec(prose);
    if (definition) {
      pieces.links.push({ line, text: definition[1]! });
    }
  }
  return pieces;
}

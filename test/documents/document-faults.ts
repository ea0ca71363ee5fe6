import { matchesGlob, posix } from 'node:path';
import type { Piece } from './markdown-pieces.ts';
import { piecesOf } from './markdown-pieces.ts';

export interface Repository {
  /** All files, by their paths from the root with `/`. */
  files: readonly string[];
  /** The names of package.json's scripts. */
  scripts: readonly string[];
}

export interface Fault {
  /** The document. */
  path: string;
  line: number;
  message: string;
}

const knownExtension =
  /\.(ts|mts|js|mjs|json|jsonl|ya?ml|md|proto|sh|tf|toml|lock|txt|sql|html|css|svg|png|dockerfile)$/i;

/** What a document names and the repository does not have: paths, in code or as links, and npm scripts, in code. */
export function faultsOf(path: string, markdown: string, repository: Repository): Fault[] {
  const existing = withFolders(repository.files);
  const folder = posix.dirname(path);
  const exists = (candidate: string, from: string) => {
    const pattern = posix.normalize(posix.join(from, candidate)).replace(/\/$/, '');
    return pattern.includes('*') ? repository.files.some((file) => matchesGlob(file, pattern)) : existing.has(pattern);
  };
  const { code, links } = piecesOf(markdown);
  const paths = code.flatMap((piece) => pathsIn(piece, repository.files));
  const faults = [
    ...paths
      .filter(({ text }) => !exists(text, '.') && !exists(text, folder))
      .map(({ line, text }) => ({ path, line, message: `names ${text}, which does not exist` })),
    ...links
      .flatMap(({ line, text }) => ({ line, target: relativeTarget(text) }))
      .filter(({ target }) => target !== undefined && !exists(target, target.startsWith('/') ? '.' : folder))
      .map(({ line, target }) => ({ path, line, message: `links to ${target}, which does not exist` })),
    ...code
      .flatMap(scriptsIn)
      .filter(({ text }) => !repository.scripts.includes(text))
      .map(({ line, text }) => ({ path, line, message: `names the npm script ${text}, which package.json lacks` })),
  ];
  return faults.sort((a, b) => a.line - b.line);
}

function withFolders(files: readonly string[]): Set<string> {
  const all = new Set(['.']);
  for (const file of files) {
    for (let path = file; path !== '.'; path = posix.dirname(path)) {
      all.add(path);
    }
  }
  return all;
}

/**
 * The words of a piece of code that are paths of this repository. Much has slashes and is none: media types, package
 * names, addresses. So a path is only what starts with `./`, `../` or one of the root's folders, or what has a slash
 * and ends like a file.
 */
function pathsIn({ line, text }: Piece, files: readonly string[]): Piece[] {
  const roots = new Set(files.filter((file) => file.includes('/')).map((file) => file.slice(0, file.indexOf('/'))));
  return text
    .split(/[\s"'`(),;=|[\]]+/)
    .filter((word) => !word.includes('://') && !/^[@/~$]/.test(word))
    .map((word) => word.replace(/[.:!?]+$/, '').replace(/(:\d+)+$|#.*$/, ''))
    .filter((word) => {
      const [first, ...rest] = word.split('/');
      const isOfRoot = rest.length > 0 && roots.has(first!);
      return isOfRoot || /^\.\.?\//.test(word) || (rest.length > 0 && knownExtension.test(word));
    })
    .filter((word) => !/[{}$…]|\.\.\./.test(word))
    .map((word) => ({ line, text: word.replace(/<[^>]*>/g, '*') }));
}

/** The path that a link leads to; undefined where it leads elsewhere or within the document. */
function relativeTarget(link: string): string | undefined {
  const target = link.replace(/^<(.*)>$/, '$1').replace(/[?#].*$/, '');
  if (target === '' || target.startsWith('//') || /^[a-z][a-z0-9+.-]*:/i.test(target)) {
    return undefined;
  }
  // What is no valid escape is meant as it stands.
  return target.replace(/(?:%[0-9a-f]{2})+/gi, (escapes) => {
    try {
      return decodeURIComponent(escapes);
    } catch {
      return escapes;
    }
  });
}

function scriptsIn({ line, text }: Piece): Piece[] {
  const calls = text.matchAll(/\bnpm\s+(?:-\S+\s+)*(?:(?:run|run-script)\s+(?:-\S+\s+)*([\w:.-]+)|(start|test)\b)/g);
  return [...calls].map(([, run, short]) => ({ line, text: (run ?? short)! }));
}

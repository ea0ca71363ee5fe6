import { relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';

/** What of a profile matters here: https://chromedevtools.github.io/devtools-protocol/tot/Profiler/#type-Profile */
const profileSchema = z.object({
  nodes: z.array(
    z.object({
      id: z.number(),
      callFrame: z.object({ functionName: z.string(), url: z.string(), lineNumber: z.number() }),
      children: z.array(z.number()).optional(),
    }),
  ),
  samples: z.array(z.number()),
  /** Microseconds: from the sample before, or from the start, to this one. */
  timeDeltas: z.array(z.number()),
});
type Node = z.infer<typeof profileSchema>['nodes'][number];

/** What something costs. Shares are of the time in which the thread was not idle, 0 to 1. */
export interface Cost {
  readonly name: string;
  /** Of the time in which it stood on top of the stack itself. */
  readonly self: number;
}

export interface CodeCost extends Cost {
  /** Of that, and of the time in which Node's own and native code stood on top that it had called. */
  readonly withNative: number;
}

/** Where the time of a thread went; the dearest first. */
export interface Costs {
  /** By library, this repository being one, and each part of Node. */
  readonly libraries: readonly CodeCost[];
  /** Of this repository. */
  readonly files: readonly CodeCost[];
  /** Of all. */
  readonly functions: readonly Cost[];
  /** Stopped for the collection of garbage; what other threads collect meanwhile is not in it. */
  readonly garbage: number;
  /** Not JavaScript at all: system calls, the event loop, HTTP/2 frames, built-in functions. */
  readonly native: number;
  /** How often the profiler has looked while it was not idle: what was seen in a few of them is a guess. */
  readonly samples: number;
}

/** A profile that nothing can be told of. */
export class ProfileError extends Error {
  override name = 'ProfileError';
}

const OURS = 'this repository';
const GARBAGE = 'garbage collection';
/** Native code that no JavaScript has called: what libuv and nghttp2 do before they call any, and afterwards. */
const EVENT_LOOP = 'native, under no function';
const CALLED_NATIVE = 'native, called by a function';

/**
 * @param json a profile as V8 writes it (.cpuprofile)
 * @param repository its folder: files in it are ours, but for those of node_modules
 * @throws ProfileError when it is none, or the thread was idle all the time
 */
export function costsOf(json: string, repository: string): Costs {
  const { nodes, samples, timeDeltas } = read(json);
  const places = placesOf(nodes, repository);
  const libraries = new CodeCosts();
  const files = new CodeCosts();
  const functions = new Map<string, number>();
  let total = 0;
  let count = 0;
  for (const [index, id] of samples.entries()) {
    const place = places.get(id);
    const micros = timeDeltas[index];
    if (!place || micros === undefined) throw new ProfileError(`the profile has no node or no time of sample ${index}`);
    if (place.isIdle) continue;
    total += micros;
    count++;
    libraries.add(place.library, micros);
    if (place.library === OURS) files.add(place.file, micros);
    if (place.payer) libraries.charge(place.payer.library, micros);
    if (place.payer?.library === OURS) files.charge(place.payer.file, micros);
    add(functions, place.label, micros);
  }
  if (total <= 0) throw new ProfileError('the profile has no samples of a thread that does something');
  const costs = libraries.dearest(total);
  const shareOf = (...names: string[]) =>
    costs.filter(({ name }) => names.includes(name)).reduce((sum, { self }) => sum + self, 0);
  return {
    libraries: costs,
    files: files.dearest(total),
    functions: [...functions].map(([name, micros]) => ({ name, self: micros / total })).sort((a, b) => b.self - a.self),
    garbage: shareOf(GARBAGE),
    native: shareOf(EVENT_LOOP, CALLED_NATIVE),
    samples: count,
  };
}

function read(json: string): z.infer<typeof profileSchema> {
  try {
    return profileSchema.parse(JSON.parse(json));
  } catch (cause) {
    throw new ProfileError('this is not a CPU profile as V8 writes it', { cause });
  }
}

/** Where a node of the profile's tree stands. */
interface Place {
  readonly isIdle: boolean;
  readonly library: string;
  /** From the repository's root, where it is ours. */
  readonly file: string;
  readonly label: string;
  /** Whose time it is: itself or, where it is Node's or native, the nearest below it on the stack that is neither. */
  readonly payer: Pick<Place, 'library' | 'file'> | undefined;
}

function placesOf(nodes: readonly Node[], repository: string): ReadonlyMap<number, Place> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const below = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const places = new Map<number, Place>();
  // With a stack of its own: a profile can be deeper than this program's.
  for (const { id } of nodes) {
    const path: number[] = [];
    for (let at: number | undefined = id; at !== undefined && !places.has(at); at = below.get(at)) path.push(at);
    for (const each of path.toReversed()) {
      places.set(each, placeOf(byId.get(each)!, places.get(below.get(each) ?? Number.NaN), repository));
    }
  }
  return places;
}

function placeOf({ callFrame }: Node, caller: Place | undefined, repository: string): Place {
  const { functionName, url, lineNumber } = callFrame;
  const file = url.startsWith('file:') ? relative(repository, fileURLToPath(url)).split(sep).join('/') : url;
  const library = libraryOf(file, functionName);
  const isCode = url.startsWith('file:');
  return {
    isIdle: functionName === '(idle)',
    library,
    file,
    label: labelOf(functionName, file && `${shortened(file)}:${lineNumber + 1}`),
    payer: isCode ? { library, file } : library === GARBAGE ? undefined : caller?.payer,
  };
}

function libraryOf(file: string, functionName: string): string {
  if (functionName === '(garbage collector)') return GARBAGE;
  if (functionName === '(program)' || functionName === '(root)') return EVENT_LOOP;
  if (file === '' || file.startsWith('wasm:')) return CALLED_NATIVE;
  if (file.startsWith('node:'))
    return `node: ${
      file
        .slice('node:'.length)
        .replace(/^internal\//, '')
        .split('/')[0]
    }`;
  const [, name] = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file) ?? [];
  return name ?? OURS;
}

function labelOf(functionName: string, place: string): string {
  if (place) return `${functionName || '(anonymous)'} ${place}`;
  // V8's own names for what is no function are in parentheses already.
  return functionName.startsWith('(') ? functionName : `${functionName || '(anonymous)'} (native)`;
}

function shortened(file: string): string {
  return file.replace(/^.*node_modules\//, '');
}

class CodeCosts {
  readonly #self = new Map<string, number>();
  readonly #charged = new Map<string, number>();

  add(name: string, micros: number): void {
    add(this.#self, name, micros);
  }

  charge(name: string, micros: number): void {
    add(this.#charged, name, micros);
  }

  dearest(total: number): CodeCost[] {
    const names = new Set([...this.#self.keys(), ...this.#charged.keys()]);
    return [...names]
      .map((name) => ({
        name,
        self: (this.#self.get(name) ?? 0) / total,
        withNative: (this.#charged.get(name) ?? 0) / total,
      }))
      .sort((a, b) => b.self - a.self);
  }
}

function add(costs: Map<string, number>, name: string, micros: number): void {
  costs.set(name, (costs.get(name) ?? 0) + micros);
}

/**
 * A sparse vector of hashed features, filled by one item after the other: nothing is allocated per item.
 *
 * Features come in blocks (title, description, ...). Inside a block a feature counts once, and a block has length 1
 * when it is closed, so that a long description does not drown a short title.
 */
export interface FeatureBuffer {
  readonly indices: Uint32Array;
  readonly values: Float32Array;
  /** How many entries of both arrays are in use. */
  readonly count: number;
  /** Forgets the last item. */
  clear(): void;
  /** Adds the feature of a 32-bit hash to the open block; ignored when the block has it, or the buffer is full. */
  add(hash: number): void;
  /** Scales what was added since the last close to length `weight`. */
  closeBlock(weight: number): void;
}

/** Two to this power is the number of weights. */
export const HASH_BITS = 18;

/** Features an item may have at most; a listing of 600 bytes has some 1,500. */
const MAX_FEATURES = 65_536;

export function createFeatureBuffer(): FeatureBuffer {
  const indices = new Uint32Array(MAX_FEATURES);
  const values = new Float32Array(MAX_FEATURES);
  const lastBlock = new Uint32Array(1 << HASH_BITS);
  let block = 1;
  let count = 0;
  let start = 0;
  return {
    indices,
    values,
    get count() {
      return count;
    },
    clear() {
      count = 0;
      start = 0;
      nextBlock();
    },
    add(hash) {
      const index = mix(hash) >>> (32 - HASH_BITS);
      if (lastBlock[index] === block || count === MAX_FEATURES) return;
      lastBlock[index] = block;
      indices[count++] = index;
    },
    closeBlock(weight) {
      if (count > start) values.fill(weight / Math.sqrt(count - start), start, count);
      start = count;
      nextBlock();
    },
  };

  function nextBlock(): void {
    block++;
    if (block < 0xffff_ffff) return;
    lastBlock.fill(0);
    block = 1;
  }
}

/** The finaliser of MurmurHash3 (A. Appleby, public domain): every bit of the hash reaches the upper bits. */
function mix(hash: number): number {
  let mixed = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** Hash of the code units from `start` to `end` (FNV-1a), without building the substring. */
export function hashOf(text: string, start: number, end: number, seed: number): number {
  let hash = seed;
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  return hash;
}

/** The hash of a whole label, for features that are not text. */
export function hashOfLabel(label: string, seed: number): number {
  return hashOf(label, 0, label.length, seed);
}

export const FNV_PRIME = 0x01000193;

/** The files that are missing, too many, or not what is wanted, by their names; texts are by the names of files. */
export function staleFiles(wanted: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): string[] {
  return [...new Set([...wanted.keys(), ...now.keys()])].filter((file) => now.get(file) !== wanted.get(file));
}

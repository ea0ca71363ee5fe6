import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type Incident, readIncident } from './incident.ts';
import { hint } from './nearest.ts';

/** The incidents that ship, one file each. */
const FOLDER = resolve(import.meta.dirname, '../incidents');

/** A name that is no incident's. The message says which was probably meant, or all that there are. */
export class UnknownIncidentError extends Error {
  override name = 'UnknownIncidentError';
}

/** The names of the incidents that ship, in order of the alphabet. */
export async function incidentNames(): Promise<readonly string[]> {
  const files = await readdir(FOLDER);
  return files.flatMap((file) => (file.endsWith('.yaml') ? [file.slice(0, -'.yaml'.length)] : [])).sort();
}

/**
 * All incidents that ship, as far as one needs to know to choose one.
 *
 * @throws IncidentError
 */
export async function listIncidents(): Promise<readonly Pick<Incident, 'name' | 'title' | 'about'>[]> {
  return (await incidentNames()).map((known) => {
    const { name, title, about } = readIncident(fileOf(known));
    return { name, title, about };
  });
}

/**
 * An incident that ships, by its name, or one's own, by the path of its file, which ends in .yaml or .yml.
 *
 * @throws UnknownIncidentError
 * @throws IncidentError with all that is wrong with the file
 */
export async function findIncident(nameOrPath: string): Promise<Incident> {
  if (/\.ya?ml$/.test(nameOrPath)) return readIncident(nameOrPath);
  const names = await incidentNames();
  if (names.includes(nameOrPath)) return readIncident(fileOf(nameOrPath));
  const advice = 'A file of your own is named by its path, which ends in .yaml or .yml.';
  throw new UnknownIncidentError(`There is no incident "${nameOrPath}"; ${hint(nameOrPath, names)} ${advice}`);
}

function fileOf(name: string): string {
  return join(FOLDER, `${name}.yaml`);
}

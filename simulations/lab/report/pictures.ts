import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { RunRecord } from '../record.ts';
import { byIncident } from './columns.ts';
import { ReportError } from './files.ts';
import { renderPicture } from './picture.ts';

/** What a document shows of an incident: whether the others suffer, and whether what is new has to wait. */
const QUANTITIES = ['healthy', 'delay'] as const;
const THEMES = ['light', 'dark'] as const;

/**
 * Draws each incident for a document, in light and in dark: `model-down.healthy.light.svg`.
 *
 * @returns the paths of the files
 * @throws ReportError if they can't be written
 */
export async function writePictures(records: readonly RunRecord[], folder: string): Promise<string[]> {
  const files: string[] = [];
  try {
    await mkdir(folder, { recursive: true });
    for (const { incident, columns } of byIncident(records)) {
      const ofIncident = columns.map(({ record }) => record);
      for (const quantity of QUANTITIES) {
        for (const theme of THEMES) {
          const file = join(folder, `${incident.replace(/[^\w-]+/g, '-')}.${quantity}.${theme}.svg`);
          await writeFile(file, renderPicture(ofIncident, quantity, theme));
          files.push(file);
        }
      }
    }
  } catch (cause) {
    if (cause instanceof RangeError) throw new ReportError(`there is nothing to draw: ${cause.message}`, { cause });
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new ReportError(`${folder}: the pictures can't be written (${code ?? message})`, { cause });
  }
  return files;
}

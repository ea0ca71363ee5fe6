import { type FileHandle, open } from 'node:fs/promises';
import { z } from 'zod';
import type { SellerProfile } from '../../proto/generated/catalog/v1/catalog.ts';

/** Looks a seller up; undefined where there is no such seller. */
export type Profiles = (sellerId: string) => SellerProfile | undefined;

const count = z
  .int()
  .min(0)
  .max(2 ** 32 - 1)
  .default(0);
const line = z.strictObject({
  sellerId: z.string().min(1),
  accountAgeDays: count,
  pastRemovals: count,
  completedSales: count,
  verified: z.boolean().default(false),
  rating: z.number().min(0).max(5).default(0),
});

// Enough to see what is wrong; a file of another format is wrong in every line.
const maxProblems = 20;
const maxProblemLength = 300;

/**
 * Reads profiles from a file of one JSON object per line, with the fields of catalog.v1.SellerProfile in camel case;
 * what is left out is 0 or false, and empty lines are skipped.
 *
 * @throws Error that names the lines at fault, up to 20 of them, and what was expected in each.
 */
export async function readProfiles(file: string): Promise<Profiles> {
  const profiles = new Map<string, SellerProfile>();
  const problems: string[] = [];
  await using handle = await openFile(file);
  let number = 0;
  for await (const text of handle.readLines({ autoClose: false })) {
    number += 1;
    if (text.trim() === '') continue;
    const { profile, problem } = parseLine(text);
    if (profile && profiles.has(profile.sellerId)) {
      const seller = JSON.stringify(profile.sellerId).slice(0, maxProblemLength);
      problems.push(`line ${number}: the seller ${seller} has a profile already`);
    } else if (profile) {
      profiles.set(profile.sellerId, profile);
    } else {
      problems.push(`line ${number}: ${problem}`.slice(0, maxProblemLength));
    }
    if (problems.length === maxProblems) break;
  }
  if (problems.length > 0) throw new Error(`Can't use the profiles in ${file}:\n  ${problems.join('\n  ')}`);
  return (sellerId) => profiles.get(sellerId);
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    return await open(file);
  } catch (cause) {
    throw new Error(`Can't read the profiles: ${(cause as Error).message}.`, { cause });
  }
}

function parseLine(text: string): { profile?: SellerProfile; problem?: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return { problem: `not JSON: ${(error as Error).message}` };
  }
  const parsed = line.safeParse(value);
  if (parsed.success) return { profile: parsed.data };
  const issues = parsed.error.issues.map(({ path, message }) => [...path, message].join(': '));
  return { problem: issues.join('; ') };
}

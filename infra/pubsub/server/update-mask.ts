import { status } from '@grpc/grpc-js';
import { RpcError } from '../../grpc/unary.ts';

/** @throws RpcError INVALID_ARGUMENT when an update does not have what it is to change */
export function given<Resource>(resource: Resource | undefined, field: string): Resource {
  if (resource !== undefined) return resource;
  throw new RpcError(status.INVALID_ARGUMENT, `${field}: it must be given.`);
}

/**
 * The settings that an update's mask names.
 *
 * @param known by the path in the contract: the setting
 * @throws RpcError INVALID_ARGUMENT for an empty mask, or a path that can't be changed
 */
export function maskedFields<Field>(mask: readonly string[] | undefined, known: ReadonlyMap<string, Field>): Field[] {
  if (!mask || mask.length === 0) {
    throw new RpcError(status.INVALID_ARGUMENT, 'update_mask: it must name at least one field.');
  }
  const fields = mask.map((path) => {
    // A part of a policy stands for the whole: policies are replaced, and not merged.
    const field = known.get(path.split('.')[0]!);
    if (field !== undefined) return field;
    const all = [...known.keys()].join(', ');
    throw new RpcError(status.INVALID_ARGUMENT, `update_mask: ${path} can't be changed; what can be: ${all}.`);
  });
  return [...new Set(fields)];
}

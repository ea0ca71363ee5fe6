import { status } from '@grpc/grpc-js';
import { RpcError } from '../../grpc/unary.ts';

const largestPage = 1_000;
const defaultPage = 100;

interface Page<Item> {
  readonly items: Item[];
  readonly nextPageToken: string;
}

/** The page of a list that a request asks for; the token is the name that the page before ended with. */
export function pageOf<Item>(
  all: readonly Item[],
  nameOf: (item: Item) => string,
  { pageSize, pageToken }: { readonly pageSize: number; readonly pageToken: string },
): Page<Item> {
  if (pageSize < 0) throw new RpcError(status.INVALID_ARGUMENT, `page_size must not be below 0, but is ${pageSize}.`);
  const rest = pageToken === '' ? all : all.filter((item) => nameOf(item) > pageToken);
  const items = rest.slice(0, Math.min(pageSize || defaultPage, largestPage));
  const last = items.at(-1);
  return { items, nextPageToken: last !== undefined && items.length < rest.length ? nameOf(last) : '' };
}

/** `P` of `projects/P`. @throws RpcError INVALID_ARGUMENT */
export function projectOf(name: string): string {
  const [, project] = /^projects\/([^/]+)$/.exec(name) ?? [];
  if (project) return project;
  throw new RpcError(status.INVALID_ARGUMENT, `Invalid name ${JSON.stringify(name)}: expected projects/PROJECT.`);
}

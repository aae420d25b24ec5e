import type { KubernetesObject, ObjectName } from '../clusterObject.ts';
import { callOf } from './door.ts';
import type { Door } from './door.ts';
import { kindNamed, pathOf } from './kinds.ts';
import { listAt, numberAt, textAt, toObject } from '../look.ts';
import { refusalOf, unreachable } from './refusal.ts';
import { waitBeforeNext } from './retry.ts';
import type { Tried } from './retry.ts';
import type { ApiAnswer } from './transport.ts';

/** How long the server keeps one watch open; then the next begins where it ended. */
const watchSeconds = 240;
/** Bookmarks come about once a minute; after this much silence the connection is taken for dead. */
const silenceMs = 90_000;
const listTimeoutMs = 30_000;
const betweenWatchesMs = 250;

/** A watched change: `gone` tells an object that was removed, `expired` that the server forgot where we were (410). */
type Change =
  | { readonly type: 'object'; readonly object: KubernetesObject; readonly version: string }
  | { readonly type: 'gone' | 'bookmark'; readonly version: string }
  | { readonly type: 'expired' }
  | { readonly type: 'unknown' };

/** One line of a watch (API conventions: `{"type": "ADDED"|"MODIFIED"|"DELETED"|"BOOKMARK"|"ERROR", "object": …}`). */
export function parseChange(line: string, kind: { apiVersion: string; kind: string }): Change {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch {
    // Half a line: the connection was cut there, and the next watch tells it whole.
    return { type: 'unknown' };
  }
  const version = textAt(parsed, 'object', 'metadata', 'resourceVersion');
  switch (textAt(parsed, 'type')) {
    case 'ADDED':
    case 'MODIFIED': {
      const fields =
        typeof parsed === 'object' && parsed !== null && 'object' in parsed ? parsed.object : null;
      const object = toObject(fields, kind);
      return object === null ? { type: 'unknown' } : { type: 'object', object, version };
    }
    case 'DELETED':
      return { type: 'gone', version };
    case 'BOOKMARK':
      return { type: 'bookmark', version };
    case 'ERROR':
      return numberAt(parsed, 'object', 'code') === 410 ? { type: 'expired' } : { type: 'unknown' };
    default:
      return { type: 'unknown' };
  }
}

/** Where a watch stands; '' = it has to look again at what is there. */
interface Place {
  version: string;
  failures: number;
}

/** Decides about an answer that is no list and no watch: waits, looks again, or throws. */
async function meet(
  door: Door,
  place: Place,
  tried: Tried & Partial<ApiAnswer>,
  verb: 'list' | 'watch',
  name: ObjectName,
): Promise<void> {
  if ('status' in tried && tried.status === 410) {
    place.version = '';
    return;
  }
  place.failures++;
  const ms = waitBeforeNext(tried, place.failures);
  if (ms !== null) {
    await door.wait(ms, door.options.signal);
    return;
  }
  const { transport } = door;
  if ('broken' in tried) throw unreachable(transport.server, tried.broken, transport.clean);
  const call = callOf(door, kindNamed(name.kind), verb, name.name);
  throw refusalOf(call, { status: tried.status, body: tried.body ?? '' }, transport.clean);
}

/** What is there now, and sets the place to watch from; undefined: ask again. */
async function look(
  door: Door,
  place: Place,
  name: ObjectName,
  path: string,
  signal: AbortSignal,
): Promise<KubernetesObject | null | undefined> {
  const answer = await door.transport.send({ method: 'GET', path, timeoutMs: listTimeoutMs, signal });
  if (answer.status !== 200) {
    await meet(door, place, answer, 'list', name);
    return undefined;
  }
  const parsed: unknown = JSON.parse(answer.body);
  place.version = textAt(parsed, 'metadata', 'resourceVersion');
  place.failures = 0;
  return toObject(listAt(parsed, 'items')[0], kindNamed(name.kind));
}

async function* watch(
  door: Door,
  place: Place,
  name: ObjectName,
  path: string,
  signal: AbortSignal,
): AsyncGenerator<KubernetesObject | null> {
  const refused: ApiAnswer[] = [];
  const query = `&watch=true&allowWatchBookmarks=true&timeoutSeconds=${watchSeconds}&resourceVersion=${encodeURIComponent(place.version)}`;
  const request = { method: 'GET', path: path + query, timeoutMs: silenceMs, signal } as const;
  const lines = door.transport.lines(request, (answer) => refused.push(answer));
  for await (const line of lines) {
    const change = parseChange(line, kindNamed(name.kind));
    if (change.type === 'expired') place.version = '';
    if (change.type === 'expired') return;
    if (change.type === 'unknown') continue;
    place.version = change.version;
    place.failures = 0;
    if (change.type === 'object') yield change.object;
    if (change.type === 'gone') yield null;
  }
  for (const answer of refused) await meet(door, place, answer, 'watch', name);
}

/**
 * One object, now and after each change: list, then watch from there; a watch that ends or breaks is taken up again
 * where it was, and where the server has forgotten that place (410 Gone) the object is looked up anew. Ends when the
 * signal fires.
 *
 * @throws AiengError when the server refuses, or does not answer five times in a row.
 */
export async function* follow(
  door: Door,
  name: ObjectName,
  signal: AbortSignal,
): AsyncGenerator<KubernetesObject | null> {
  const selector = new URLSearchParams({ fieldSelector: `metadata.name=${name.name}` });
  const path = `${pathOf(kindNamed(name.kind), door.options.namespace)}?${selector.toString()}`;
  const place: Place = { version: '', failures: 0 };
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    try {
      if (place.version === '') {
        const object = await look(door, place, name, path, signal);
        if (object !== undefined) yield object;
      } else {
        yield* watch(door, place, name, path, signal);
        // A server that ends every watch at once is not asked in a loop.
        await door.wait(betweenWatchesMs, signal);
      }
    } catch (error) {
      door.options.signal.throwIfAborted();
      if (isOver()) return;
      if (!(error instanceof Error) || 'exitCode' in error) throw error;
      await meet(door, place, { broken: error }, 'watch', name);
    }
  }
}

/** One path, with a value for each method that it answers to. */
export interface Place<T> {
  /** As it was added: `/v2/models/:model`. */
  readonly pattern: string;
  readonly methods: ReadonlyMap<string, T>;
  readonly params: Readonly<Record<string, string>>;
}

/** The paths of a service. */
export interface Routes<T> {
  /** A segment `:name` of a path fits any text that is not empty. */
  readonly add: (method: string, pattern: string, value: T) => void;
  /** The place of a path; null where there is none; undefined where its escapes are none. */
  readonly find: (path: string) => Place<T> | null | undefined;
}

interface Kept<T> {
  readonly pattern: string;
  readonly segments: readonly string[];
  readonly methods: Map<string, T>;
}

const noParams: Readonly<Record<string, string>> = {};

function segmentsOf(path: string): readonly string[] | undefined {
  const segments = path.split('/');
  if (!path.includes('%')) return segments;
  try {
    return segments.map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** What stands at the places of a pattern's names; null where the path does not fit. */
function paramsOf(
  pattern: readonly string[],
  segments: readonly string[],
): Readonly<Record<string, string>> | null {
  if (pattern.length !== segments.length) return null;
  const params: Record<string, string> = {};
  for (let at = 0; at < pattern.length; at += 1) {
    const [wanted, got] = [pattern[at] ?? '', segments[at] ?? ''];
    if (!wanted.startsWith(':')) {
      if (wanted !== got) return null;
    } else if (got === '') return null;
    else params[wanted.slice(1)] = got;
  }
  return params;
}

/** No paths yet. */
export function createRoutes<T>(): Routes<T> {
  const places = new Map<string, Kept<T>>();
  return {
    add: (method, pattern, value) => {
      const place: Kept<T> = places.get(pattern) ?? {
        pattern,
        segments: pattern.split('/'),
        methods: new Map<string, T>(),
      };
      place.methods.set(method, value);
      places.set(pattern, place);
    },
    find: (path) => {
      const same = path.includes(':') ? undefined : places.get(path);
      if (same !== undefined) return { ...same, params: noParams };
      const segments = segmentsOf(path);
      if (segments === undefined) return undefined;
      for (const { pattern, segments: wanted, methods } of places.values()) {
        const params = paramsOf(wanted, segments);
        if (params !== null) return { pattern, methods, params };
      }
      return null;
    },
  };
}

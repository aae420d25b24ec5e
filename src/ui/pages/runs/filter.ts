/** What a list of runs is asked for, as it stands in the address. */
export interface RunsAsked {
  readonly pipeline: string;
  readonly family: string;
  readonly command: string;
  readonly outcome: string;
  readonly tag: string;
  /** Anywhere in its id, bundle, commit, settings, note. */
  readonly text: string;
  /** Runs that made no model too. */
  readonly all: boolean;
  /** `when`, `pipeline`, `family`, `seconds`, `figure`. */
  readonly sort: string;
  readonly down: boolean;
  readonly page: number;
}

/** A filter out of an address; whatever is not known stands for nothing. */
export function runsAsked(query: URLSearchParams): RunsAsked {
  const word = (name: string): string => (query.get(name) ?? '').slice(0, 200);
  const page = Number(query.get('page') ?? '1');
  return {
    pipeline: word('pipeline'),
    family: word('family'),
    command: word('command'),
    outcome: word('outcome'),
    tag: word('tag'),
    text: word('text'),
    all: query.get('all') === '1',
    sort: word('sort') === '' ? 'when' : word('sort'),
    down: query.get('order') !== 'up',
    page: Number.isInteger(page) && page > 0 ? page : 1,
  };
}

/** The same as an address, with some of it otherwise. */
export function runsPath(path: string, asked: RunsAsked, otherwise: Partial<RunsAsked> = {}): string {
  const { pipeline, family, command, outcome, tag, text, all, sort, down, page } = { ...asked, ...otherwise };
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ pipeline, family, command, outcome, tag, text }))
    if (value !== '') query.set(name, value);
  if (all) query.set('all', '1');
  if (sort !== 'when') query.set('sort', sort);
  if (!down) query.set('order', 'up');
  if (page > 1) query.set('page', String(page));
  const words = query.toString();
  return words === '' ? path : `${path}?${words}`;
}

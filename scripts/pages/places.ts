/** A page by the name of its picture. */
export interface PlacePage {
  readonly name: string;
  readonly path: string;
}

/** The page of that path as whoever was let in gets it. */
export type Read = (path: string) => Promise<string>;

const firstLink = (page: string, begins: string): string | undefined =>
  new RegExp(`href="(${begins}[^"]+)"`).exec(page)?.[1]?.replaceAll('&amp;', '&');

/** Every page of the bar, and one of each kind that they lead to, as far as there is one. */
export async function pagePlaces(read: Read): Promise<readonly PlacePage[]> {
  const overview = await read('/');
  const bar = [
    ...(/<nav aria-label="Pages".*?<\/nav>/s.exec(overview)?.[0] ?? '').matchAll(/href="([^"]+)"/g),
  ].map(([, path = '/']) => ({ name: path === '/' ? 'overview' : path.slice(1), path }));
  const below = async (name: string, from: string, begins: string): Promise<readonly PlacePage[]> => {
    const path = firstLink(await read(from), begins);
    return path === undefined ? [] : [{ name, path }];
  };
  const runs = await read('/runs?pipeline=churn');
  const ids = [...runs.matchAll(/href="\/runs\/(0[0-9A-Z]{25})"/g)].map(([, id = '']) => id);
  const [newest, before] = [...new Set(ids)];
  return [
    ...bar,
    ...(newest === undefined ? [] : [{ name: 'run', path: `/runs/${newest}` }]),
    ...(newest === undefined || before === undefined
      ? []
      : [{ name: 'compare', path: `/runs/compare?run=${newest}&run=${before}` }]),
    { name: 'draw', path: '/runs/draw?pipeline=churn' },
    ...(await below('bundle', '/lineage', '/lineage/')),
    ...(await below('look', '/monitoring', '/monitoring/')),
    ...(await below('decision', '/decisions', '/decisions/')),
    { name: 'data-looks', path: '/data?pipeline=penguins-mass' },
    ...(await below('data-look', '/data?pipeline=penguins-mass', '/data/[^"]*/looks/')),
    ...(await below('answer', '/deployments', '/deployments/')),
    ...(await below('try', '/deployments', '/try/')),
  ];
}

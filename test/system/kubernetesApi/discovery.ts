import type { Json } from './fieldSets.ts';
import { resources } from './objects.ts';

/** What is served: /api, /apis, and the resources of each version. */
export function discovery(path: string): Json | undefined {
  const versions = [...new Set(Object.keys(resources).map((key) => key.split('/').slice(0, -1).join('/')))];
  if (path === '/api') return { kind: 'APIVersions', versions: ['v1'] };
  if (path === '/apis') {
    const groups = versions
      .filter((one) => one.includes('/'))
      .map((groupVersion) => ({ name: groupVersion.split('/')[0], versions: [{ groupVersion }] }));
    return { kind: 'APIGroupList', groups };
  }
  const version = versions.find((one) => path === `/apis/${one}` || path === `/api/${one}`);
  if (version === undefined) return undefined;
  const served = Object.entries(resources).filter(([key]) => key.startsWith(`${version}/`));
  return {
    kind: 'APIResourceList',
    groupVersion: version,
    resources: served.map(([key, kind]) => ({
      name: key.split('/').at(-1),
      singularName: kind.toLowerCase(),
      kind,
      namespaced: true,
      verbs: ['get', 'list', 'watch', 'create', 'patch', 'delete'],
    })),
  };
}

/** Label and field selectors, as far as `=` goes. */
export function isSelected(object: Json, query: URLSearchParams): boolean {
  const metadata: Json = object['metadata'];
  const [field = '', wanted] = (query.get('fieldSelector') ?? '').split('=');
  const labels = (query.get('labelSelector') ?? '').split(',').filter((one) => one !== '');
  return (
    (wanted === undefined || (field === 'metadata.name' ? metadata.name : object[field]) === wanted) &&
    labels.every((one) => metadata.labels?.[one.split('=')[0]!] === one.split('=')[1])
  );
}

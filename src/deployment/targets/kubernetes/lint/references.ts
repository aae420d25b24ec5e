import type { Json } from '../../../../digest.ts';
import { field, listAt, textAt } from '../fields.ts';
import type { ObjectSet, Workload } from './objectSet.ts';
import type { Fault, Rule } from './rule.ts';

const namesOf = ({ pod }: Workload): readonly (string | undefined)[] =>
  listAt(pod, 'volumes').map((volume) => textAt(volume, 'name'));

const undefinedVolume: Rule = {
  name: 'volume-undefined',
  check: ({ workloads }) =>
    workloads.flatMap((workload) =>
      workload.containers.flatMap(({ json, path }) =>
        listAt(json, 'volumeMounts').flatMap((mount, index): readonly Fault[] => {
          if (namesOf(workload).includes(textAt(mount, 'name'))) return [];
          return [
            {
              object: workload.object,
              path: `${path}/volumeMounts/${index}/name`,
              message: `mounts "${textAt(mount, 'name') ?? ''}", which is no volume of the pod`,
              fix: 'Add the volume, or correct the name.',
            },
          ];
        }),
      ),
    ),
};

const unusedVolume: Rule = {
  name: 'volume-unused',
  check: ({ workloads }) =>
    workloads.flatMap((workload) => {
      const mounted = workload.containers.flatMap(({ json }) =>
        listAt(json, 'volumeMounts').map((mount) => textAt(mount, 'name')),
      );
      return namesOf(workload).flatMap((name, index): readonly Fault[] => {
        if (mounted.includes(name)) return [];
        return [
          {
            object: workload.object,
            path: `${workload.path}/volumes/${index}`,
            message: `"${name ?? ''}" is mounted by no container`,
            fix: 'Mount it or leave it out.',
          },
        ];
      });
    }),
};

const mountTwice: Rule = {
  name: 'mount-twice',
  check: ({ workloads }) =>
    workloads.flatMap(({ object, containers }) =>
      containers.flatMap(({ json, path }) => {
        const places = listAt(json, 'volumeMounts').map((mount) => textAt(mount, 'mountPath'));
        return places.flatMap((place, index): readonly Fault[] => {
          if (places.indexOf(place) === index) return [];
          return [
            {
              object,
              path: `${path}/volumeMounts/${index}/mountPath`,
              message: 'is mounted over already: the API refuses it',
              fix: 'Mount one of them elsewhere.',
            },
          ];
        });
      }),
    ),
};

/** A name that a pod refers to, the kind it is of, and where it stands. */
interface Reference {
  readonly kind: string;
  readonly name: string | undefined;
  readonly path: string;
}

const volumeSources: readonly (readonly [string, string, string])[] = [
  ['ConfigMap', 'configMap', 'name'],
  ['PersistentVolumeClaim', 'persistentVolumeClaim', 'claimName'],
];

function referencesOf({ pod, path }: Workload): readonly Reference[] {
  const account = { kind: 'ServiceAccount', name: textAt(pod, 'serviceAccountName') };
  const volumes = listAt(pod, 'volumes').flatMap((volume: Json, index) =>
    volumeSources
      .filter(([, source]) => field(volume, source) !== undefined)
      .map(([kind, source, key]) => ({
        kind,
        name: textAt(volume, source, key),
        path: `${path}/volumes/${index}/${source}/${key}`,
      })),
  );
  return [
    // "default" is in every namespace.
    ...(account.name === undefined || account.name === 'default'
      ? []
      : [{ ...account, path: `${path}/serviceAccountName` }]),
    ...volumes,
  ];
}

const isThere = ({ ofKind }: ObjectSet, { kind, name }: Reference): boolean =>
  ofKind(kind).some(({ metadata }) => metadata.name === name);

const absent: Rule = {
  name: 'reference-absent',
  check: (set) =>
    set.workloads.flatMap((workload) =>
      referencesOf(workload)
        .filter((reference) => !isThere(set, reference))
        .map(({ kind, name, path }) => ({
          object: workload.object,
          path,
          message: `names ${kind}/${name ?? ''}, which is not among these objects`,
          fix: `Add the ${kind}, or correct the name.`,
        })),
    ),
};

/** A file of a ConfigMap that is mounted by its key: a missing one becomes an empty folder. */
const absentKey: Rule = {
  name: 'config-key-absent',
  check: (set) =>
    set.workloads.flatMap(({ object, pod, containers }) =>
      containers.flatMap(({ json, path }) =>
        listAt(json, 'volumeMounts').flatMap((mount, index): readonly Fault[] => {
          const volume = listAt(pod, 'volumes').find((one) => textAt(one, 'name') === textAt(mount, 'name'));
          const map = set
            .ofKind('ConfigMap')
            .find(({ metadata }) => metadata.name === textAt(volume ?? null, 'configMap', 'name'));
          const key = textAt(mount, 'subPath');
          if (map === undefined || key === undefined || field(map, 'data', key) !== undefined) return [];
          return [
            {
              object,
              path: `${path}/volumeMounts/${index}/subPath`,
              message: `names "${key}", which ConfigMap/${map.metadata.name} does not have`,
              fix: 'Correct the key.',
            },
          ];
        }),
      ),
    ),
};

export const referenceRules: readonly Rule[] = [undefinedVolume, unusedVolume, mountTwice, absent, absentKey];

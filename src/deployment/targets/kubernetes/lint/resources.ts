import { field, listAt, recordAt } from '../fields.ts';
import { quantity } from '../quantity.ts';
import type { Fault, Rule } from './rule.ts';

/** No CPU limit among them: see `resources` of the manifests. */
const needed: readonly (readonly [string, string])[] = [
  ['requests', 'cpu'],
  ['requests', 'memory'],
  ['limits', 'memory'],
];

const missing: Rule = {
  name: 'missing-resources',
  check: ({ workloads }) =>
    workloads.flatMap(({ object, containers }) =>
      containers.flatMap(({ json, path }) =>
        needed
          .filter(([kind, resource]) => field(json, 'resources', kind, resource) === undefined)
          .map(([kind, resource]) => ({
            object,
            path: `${path}/resources/${kind}/${resource}`,
            message:
              kind === 'limits'
                ? 'is missing: one pod can take the memory of its whole node'
                : 'is missing: the scheduler takes it for nothing and fills the node',
            fix: `Set resources.${kind}.${resource}.`,
          })),
      ),
    ),
};

const overLimit: Rule = {
  name: 'request-over-limit',
  check: ({ workloads }) =>
    workloads.flatMap(({ object, containers }) =>
      containers.flatMap(({ json, path }) =>
        Object.entries(recordAt(json, 'resources', 'limits')).flatMap(
          ([resource, limit]): readonly Fault[] => {
            const asked = quantity(field(json, 'resources', 'requests', resource));
            const most = quantity(limit);
            if (asked === undefined || most === undefined || asked <= most) return [];
            return [
              {
                object,
                path: `${path}/resources/requests/${resource}`,
                message: 'is more than the limit: the API refuses it',
                fix: `Raise resources.limits.${resource}.`,
              },
            ];
          },
        ),
      ),
    ),
};

const temporarySize: Rule = {
  name: 'empty-dir-size',
  check: ({ workloads }) =>
    workloads.flatMap(({ object, pod, path }) =>
      listAt(pod, 'volumes').flatMap((volume, index): readonly Fault[] => {
        const empty = field(volume, 'emptyDir');
        if (empty === undefined || field(empty, 'sizeLimit') !== undefined) return [];
        return [
          {
            object,
            path: `${path}/volumes/${index}/emptyDir/sizeLimit`,
            message: 'is missing: a pod can fill the disk of its node',
            fix: 'Set sizeLimit.',
          },
        ];
      }),
    ),
};

export const resourceRules: readonly Rule[] = [missing, overLimit, temporarySize];

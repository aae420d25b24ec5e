import type { JsonRecord } from '../fields.ts';
import { pointerTo, recordAt, textAt } from '../fields.ts';
import { isDnsLabel, isLabelValue, isServiceName } from '../naming.ts';
import type { KubernetesObject } from '../object.ts';
import type { Fault, Rule } from './rule.ts';

/** A CronJob's Jobs get eleven characters more. */
const longestCronJob = 52;

function nameProblem({ kind, metadata }: KubernetesObject): string | undefined {
  const name = textAt(metadata, 'name') ?? '';
  if (kind === 'Service' && !isServiceName(name)) return 'begins with no lower-case letter, or';
  if (kind === 'CronJob' && name.length > longestCronJob)
    return `is longer than ${longestCronJob} characters, or`;
  return isDnsLabel(name) ? undefined : '';
}

const objectName: Rule = {
  name: 'object-name',
  check: ({ objects }) =>
    objects.flatMap((object): readonly Fault[] => {
      const problem = nameProblem(object);
      if (problem === undefined) return [];
      return [
        {
          object,
          path: '/metadata/name',
          message:
            `${problem} has other characters than lower-case letters, digits and "-", or more than 63`.trim(),
          fix: 'Use a name of lower-case letters, digits and "-".',
        },
      ];
    }),
};

const isLabelKey = (key: string): boolean =>
  /^([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/.test(key);

const badLabels = (labels: JsonRecord, path: string): readonly string[] =>
  Object.entries(labels)
    .filter(([key, value]) => !isLabelKey(key) || typeof value !== 'string' || !isLabelValue(value))
    .map(([key]) => pointerTo(path, key));

const labels: Rule = {
  name: 'label-value',
  check: ({ objects, workloads }) =>
    [
      ...objects.map((object) => ({
        object,
        paths: badLabels(recordAt(object.metadata, 'labels'), '/metadata/labels'),
      })),
      ...workloads.map((one) => ({
        object: one.object,
        paths: badLabels(one.labels, `${one.metadataPath}/labels`),
      })),
    ].flatMap(({ object, paths }) =>
      paths.map((path) => ({
        object,
        path,
        message:
          'is no label: up to 63 letters, digits, "-", "_" and ".", the first and last a letter or digit',
        fix: 'Put free text into an annotation.',
      })),
    ),
};

const duplicates: Rule = {
  name: 'duplicate-object',
  check: ({ objects }) => {
    const key = ({ apiVersion, kind, metadata }: KubernetesObject): string =>
      [apiVersion, kind, metadata.namespace ?? '', metadata.name].join(' ');
    return objects
      .filter((object, index) => objects.findIndex((one) => key(one) === key(object)) < index)
      .map((object) => ({
        object,
        path: '/metadata/name',
        message: 'is there twice: the second overwrites the first',
        fix: 'Leave one out or rename it.',
      }));
  },
};

export const namingRules: readonly Rule[] = [objectName, labels, duplicates];

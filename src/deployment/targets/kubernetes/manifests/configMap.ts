import { usageError } from '../../../../errors.ts';
import type { JsonRecord } from '../fields.ts';
import { fileKeys } from '../naming.ts';
import type { KubernetesObject } from '../object.ts';
import { projectRoot } from './pod.ts';
import { lasting } from './subject.ts';
import type { Subject } from './subject.ts';

/** The API refuses more. */
const mostBytes = 1024 * 1024;

export const configMapName = (subject: Subject): string => `${subject.name}-files`;

const isInside = (path: string): boolean =>
  path !== '' &&
  !/[\0:\\]/.test(path) &&
  path.split('/').every((part) => part !== '' && part !== '.' && part !== '..');

function checkFiles({ wish, projectFiles }: Subject): void {
  const outside = [...projectFiles.keys()].find((path) => !isInside(path));
  if (outside !== undefined) {
    throw usageError({
      code: 'file-outside-project',
      message: `"${outside}" cannot go along to a cluster: it is not a path below the project's root.`,
      hint: 'Move the file below the project and name it by its path relative to the root.',
    });
  }
  const bytes = [...projectFiles].reduce(
    (sum, [path, text]) => sum + Buffer.byteLength(path) + Buffer.byteLength(text),
    0,
  );
  if (bytes > mostBytes) {
    throw usageError({
      code: 'files-too-large',
      message: `The pipeline file and row schema of ${wish.name} have ${bytes} bytes; a ConfigMap holds ${mostBytes}.`,
      hint: 'Shorten the row schema: a column with very many allowed values can be checked by length or pattern instead.',
    });
  }
}

const sorted = ({ projectFiles }: Subject): readonly (readonly [string, string])[] =>
  [...projectFiles].sort(([left], [right]) => (left < right ? -1 : 1));

/**
 * The pipeline file and its row schema, which travel with a deployment, not with the claim.
 *
 * @throws `usageError`: more than 1 MiB, or a path that leaves the project
 */
export function configMap(subject: Subject): KubernetesObject {
  checkFiles(subject);
  const keys = fileKeys([...subject.projectFiles.keys()]);
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: lasting(subject, '-files'),
    data: Object.fromEntries(sorted(subject).map(([path, text]) => [keys.get(path) ?? path, text])),
  };
}

/** Each file over its place in the project, read-only. */
export function fileMounts(subject: Subject): readonly JsonRecord[] {
  const keys = fileKeys([...subject.projectFiles.keys()]);
  return sorted(subject).map(([path]) => ({
    name: 'files',
    mountPath: `${projectRoot}/${path}`,
    subPath: keys.get(path) ?? path,
    readOnly: true,
  }));
}

export const filesVolume = (subject: Subject): readonly JsonRecord[] =>
  subject.projectFiles.size === 0 ? [] : [{ name: 'files', configMap: { name: configMapName(subject) } }];

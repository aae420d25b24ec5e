import { sha256 } from '../../../../digest.ts';
import type { JsonRecord } from '../fields.ts';
import type { KubernetesObject } from '../object.ts';
import { lasting } from './subject.ts';
import type { Subject } from './subject.ts';

const secretName = (subject: Subject): string => `${subject.name}-access`;
const key = 'access.json';
const variable = 'AIENG_ACCESS';

/** Who may call: names and hashes of tokens. A Secret all the same, which fewer people may read than a ConfigMap. */
export const accessSecret = (subject: Subject): readonly KubernetesObject[] =>
  subject.wish.access === undefined
    ? []
    : [
        {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: lasting(subject, '-access'),
          type: 'Opaque',
          data: { [key]: Buffer.from(subject.wish.access).toString('base64') },
        },
      ];

/** The arguments that hand it to the service. */
export const accessArguments = ({ wish }: Subject): readonly string[] =>
  wish.access === undefined ? [] : ['--access', `$(${variable})`];

export const accessVariable = (subject: Subject): readonly JsonRecord[] =>
  subject.wish.access === undefined
    ? []
    : [{ name: variable, valueFrom: { secretKeyRef: { name: secretName(subject), key } } }];

/** Pods do not notice that a Secret has changed: another annotation makes them others. */
export const accessAnnotation = ({ wish }: Subject): Readonly<Record<string, string>> =>
  wish.access === undefined ? {} : { 'dev.aieng/access': sha256(wish.access).slice(0, 12) };

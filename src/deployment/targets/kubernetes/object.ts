import { stringify } from 'yaml';
import type { Json } from '../../../digest.ts';
import { textAt } from './fields.ts';

/** A type, not an interface: it is plain JSON wherever JSON is asked for. */
export type ObjectMetadata = {
  readonly name: string;
  readonly namespace?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
};

/** An object of the Kubernetes API, as plain JSON. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: ObjectMetadata;
  readonly [field: string]: Json;
}

/** `Deployment/churn`: how messages call an object. It may come from anywhere, and have no name. */
export const objectTitle = ({ kind, metadata }: KubernetesObject): string =>
  `${kind}/${textAt(metadata, 'name') ?? '?'}`;

/** What people look for first comes first; everything else keeps the order in which it was written. */
const firstKeys = ['apiVersion', 'kind', 'metadata', 'name', 'namespace'];

function ordered(value: Json): Json {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, member]) => [key, ordered(member)] as const);
  const rank = (key: string): number => (firstKeys.includes(key) ? firstKeys.indexOf(key) : firstKeys.length);
  return Object.fromEntries(entries.sort(([left], [right]) => rank(left) - rank(right)));
}

/** Plain JSON as YAML: the same text for the same value. Aliases are off, since not every reader of YAML knows them. */
export const yamlText = (value: Json): string =>
  stringify(ordered(value), { lineWidth: 0, aliasDuplicateObjects: false });

/** The YAML of an object, `apiVersion`, `kind` and `metadata` first. */
export const manifestText = (object: KubernetesObject): string => yamlText(object);

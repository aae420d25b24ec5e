/** The part of an API object that everything here needs; the rest is plain JSON, read with look.ts. */
export interface KubernetesObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string | undefined;
    readonly labels?: Readonly<Record<string, string>> | undefined;
    readonly annotations?: Readonly<Record<string, string>> | undefined;
  };
}

/** Names one object of the cluster. */
export interface ObjectName {
  readonly kind: string;
  readonly name: string;
}

export const nameOf = ({ kind, metadata }: KubernetesObject): ObjectName => ({ kind, name: metadata.name });

/** `Deployment churn`: how messages call an object. */
export const titleOf = ({ kind, metadata }: KubernetesObject): string => `${kind} ${metadata.name}`;

export const isSame = (one: KubernetesObject, other: KubernetesObject): boolean =>
  one.kind === other.kind && one.metadata.name === other.metadata.name;

import { textAt } from '../fields.ts';
import type { Rule } from './rule.ts';

const imageDigest: Rule = {
  name: 'image-digest',
  check: ({ workloads }) =>
    workloads.flatMap(({ object, containers }) =>
      containers
        .map(({ json, path }) => ({ image: textAt(json, 'image') ?? '', path }))
        .filter(({ image }) => !/@sha256:[0-9a-f]{64}$/.test(image))
        .map(({ image, path }) => ({
          object,
          path: `${path}/image`,
          message:
            /:[^/:]+$/.test(image) && !image.endsWith(':latest')
              ? `"${image}" is a tag: somebody can move it, and two pods of one version differ`
              : `"${image}" is whatever is newest when a pod starts`,
          fix: 'Name the image by its digest, …@sha256:….',
        })),
    ),
};

export const imageRules: readonly Rule[] = [imageDigest];

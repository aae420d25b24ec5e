/** Where a model can be taken as a file of its own. */
export const portableTargets = ['browser', 'node', 'lambda'] as const;
export type PortableTarget = (typeof portableTargets)[number];

/** Names of the targets, for help and completion: nothing of a target is loaded for them. In the order of the index. */
export const targetNames = ['local', 'container', 'kubernetes'] as const;

export const runActions = ['list', 'show', 'compare', 'tag', 'note', 'delete', 'export'] as const;

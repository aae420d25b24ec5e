export const runActions = ['list', 'show', 'compare', 'tag', 'note', 'delete', 'export', 'import'] as const;

export const runActions = ['list', 'show', 'compare', 'tag', 'note', 'delete'] as const;

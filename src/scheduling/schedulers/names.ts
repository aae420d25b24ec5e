/** Names of the schedulers, for help and completion: nothing of a scheduler is loaded for them. In the order of the index. */
export const schedulerNames = ['cron', 'systemd', 'github', 'kubernetes'] as const;

/** What a schedule may do, in the order in which it is done. */
export const scheduledVerbs = ['run', 'monitor', 'retrain', 'predict'] as const;

/** Names of the schedulers, for help and completion: nothing of a scheduler is loaded for them. In the order of the index. */
export const schedulerNames = ['cron', 'systemd', 'github', 'kubernetes'] as const;

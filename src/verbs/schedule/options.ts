/** Which commands go on which clock, and on which scheduler. */
export interface ScheduleOptions {
  readonly pipeline?: string;
  /** `--list` and `--remove`; otherwise a schedule is installed. */
  readonly action: 'install' | 'list' | 'remove';
  /** A cron expression of five fields, or a nickname (`@daily`). */
  readonly every?: string;
  /** `monitor,retrain` */
  readonly verbs?: string;
  /** Name of the scheduler; for a list or a removal, left out = all. */
  readonly on?: string;
  /** IANA name; left out = the scheduler's own. */
  readonly timezone?: string;
  /** Names of variables whose values go along. */
  readonly environment: readonly string[];
  readonly dryRun: boolean;
  /** Folder for the files of a scheduler that runs elsewhere. */
  readonly output?: string;
}

export const alertActions = ['list', 'test', 'send', 'rules'] as const;

/** What `alerts` is to do: list what is going on, send a test, send what waits, or write rules. */
export interface AlertsOptions {
  readonly action: (typeof alertActions)[number];
  /** Name or path; left out = the only one. */
  readonly pipeline?: string;
  /** `rules`: the folder that the files go to, from where the command was called. */
  readonly output?: string;
}

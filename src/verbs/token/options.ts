export const tokenActions = ['new'] as const;

/** For whom a token is made. */
export interface TokenOptions {
  readonly action: (typeof tokenActions)[number];
  /** Whose token it is to be. */
  readonly name: string;
}

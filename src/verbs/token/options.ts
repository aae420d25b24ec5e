export const tokenActions = ['new'] as const;

export interface TokenOptions {
  readonly action: (typeof tokenActions)[number];
  /** Whose token it is to be. */
  readonly name: string;
}

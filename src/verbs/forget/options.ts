/** Which row is taken out of the prediction log, and why. */
export interface ForgetOptions {
  readonly pipeline?: string;
  /** As it stands in the answers. */
  readonly rowId: string;
  readonly why: string;
}

export interface ForgetOptions {
  readonly pipeline?: string;
  /** As it stands in the answers. */
  readonly rowId: string;
  readonly why: string;
}

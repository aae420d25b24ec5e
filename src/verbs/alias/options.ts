/** Which version gets, or loses, which name; with neither, what each name means. */
export interface AliasOptions {
  /** `name@version` (or another alias) to set one; a name alone to list or remove. */
  readonly bundle?: string;
  readonly alias?: string;
  /** It means nothing any more. */
  readonly remove: boolean;
  /** For the record; needed to set or remove. */
  readonly why?: string;
}

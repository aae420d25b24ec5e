export const schemaActions = ['diff', 'types'] as const;

/** What is asked of row schemas, and of which. */
export interface SchemaOptions {
  readonly action: (typeof schemaActions)[number];
  /**
   * Files of row schemas. diff: none is the pipeline's own against the data, one that file against the pipeline's own. types:
   * none is the pipeline's own.
   */
  readonly files: readonly string[];
  /** Name or path; left out = the only one. */
  readonly pipeline?: string;
  /** types: the file that they are written to; left out, they are only given. */
  readonly output?: string;
}

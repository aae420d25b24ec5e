export const schemaActions = ['diff'] as const;

/** What is asked of row schemas, and of which. */
export interface SchemaOptions {
  readonly action: (typeof schemaActions)[number];
  /** Files of row schemas. None: the pipeline's own against the data; one: that file against the pipeline's own. */
  readonly files: readonly string[];
  /** Name or path; left out = the only one. */
  readonly pipeline?: string;
}

/** What there is to explain. */
export const explainTopics = ['stage', 'gate', 'drift', 'prediction', 'env'] as const;
/** What there is to explain, by name. */
export type ExplainTopic = (typeof explainTopics)[number];

/** What is to be explained: a topic with its subject, or a moment. */
export interface ExplainOptions {
  /** Not given where `servedAt` is. */
  readonly topic?: ExplainTopic;
  /** Stage name, gate name, column, prediction id or environment. */
  readonly subject?: string;
  readonly pipeline?: string;
  /** Who served what at that time: as it was written, with its zone. */
  readonly servedAt?: string;
}

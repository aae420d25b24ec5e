/** What there is to explain. */
export const explainTopics = ['stage', 'gate', 'drift', 'prediction'] as const;
export type ExplainTopic = (typeof explainTopics)[number];

export interface ExplainOptions {
  readonly topic: ExplainTopic;
  /** Stage name, gate name, column or prediction id. */
  readonly subject?: string;
  readonly pipeline?: string;
}

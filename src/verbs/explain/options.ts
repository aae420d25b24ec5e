export type ExplainTopic = 'stage' | 'gate' | 'drift' | 'prediction';

export interface ExplainOptions {
  readonly topic: ExplainTopic;
  /** Stage name, gate name, column or prediction id. */
  readonly subject?: string;
  readonly pipeline?: string;
}

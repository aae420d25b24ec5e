import type { ExplainTopic } from './options.ts';

export interface ExplainResult {
  readonly topic: ExplainTopic;
  readonly title: string;
  readonly lines: readonly string[];
  readonly data: unknown;
}

import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { RunImage } from '../../tracking/runs/runs.ts';
import type { Computed, Tools } from '../stage.ts';
import type { StageJob } from './job.ts';

/** Another place that stages are computed at. */
export interface Workplace {
  readonly compute: (job: StageJob, tools: Tools) => Promise<Computed>;
  /** The image that stages were computed in until now; null: none was. */
  readonly image: () => RunImage | null;
}

/** Opens it for a pipeline; nothing is made before the first stage needs it. */
export type OpenWorkplace = (pipeline: Pipeline) => Workplace;

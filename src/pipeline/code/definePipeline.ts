import type { Params } from '../../features/spec.ts';
import type { CheckedPipeline } from '../build.ts';

/** Every key may be left out, at any depth: it has a default, or its absence is told. */
type Partly<Value> = Value extends readonly (infer Item)[]
  ? readonly Partly<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]?: Partly<Value[Key]> | undefined }
    : Value;

/** One transform by its name, or with its parameters. */
type Step = string | Readonly<Record<string, Params | null>>;
/** A transform, a chain of them, or several chains of one column. */
type Chains = Step | readonly (Step | readonly Step[])[];

type Section = Partly<CheckedPipeline>;

/** What a pipeline file may say, with its short forms: the same keys as in YAML (docs/pipeline.md). */
export interface PipelineFile extends Omit<
  Section,
  'source' | 'label' | 'row_id' | 'features' | 'checks' | 'deploy'
> {
  readonly source: string | NonNullable<Section['source']>;
  readonly label: string | NonNullable<Section['label']>;
  readonly row_id?: string | readonly string[];
  readonly features?:
    | 'auto'
    | (Omit<NonNullable<Section['features']>, 'columns'> & {
        readonly columns?: Readonly<Record<string, Chains>>;
      });
  readonly checks?: readonly (string | Readonly<Record<string, unknown>>)[];
  readonly deploy?: Readonly<Record<string, unknown>>;
  /** What is otherwise in an environment, by its name: `--env prod`. */
  readonly env?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

/**
 * A pipeline in TypeScript: the default export of `pipelines/<name>.pipeline.ts`. It is checked as a YAML file is, and the same
 * words give the same digests.
 *
 * @example definePipeline({ source: 'data/customers.csv', label: 'churned', row_id: 'id' }).label === 'churned'
 */
export const definePipeline = (pipeline: PipelineFile): PipelineFile => pipeline;

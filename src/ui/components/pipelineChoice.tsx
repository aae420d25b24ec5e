import type { Markup } from '../markup.ts';
import { AskForm, Choice } from './forms.tsx';

interface PipelineChoiceProps {
  readonly path: string;
  readonly pipelines: readonly string[];
  readonly name: string | null;
}

/** A list of pipelines to choose from; nothing where there is one. */
export const PipelineChoice = ({ path, pipelines, name }: PipelineChoiceProps): Markup | null =>
  pipelines.length < 2 ? null : (
    <AskForm path={path}>
      <Choice
        name="pipeline"
        label="Pipeline"
        chosen={name ?? ''}
        of={pipelines.map((each) => [each, each])}
      />
    </AskForm>
  );

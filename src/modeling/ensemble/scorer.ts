import { usageError } from '../../errors.ts';
import type { ColumnSources } from '../../features/sources.ts';
import type { Work } from '../../work.ts';
import type { Contributions, Explainer } from '../explanation.ts';
import type { RowForm, Scorer } from '../model.ts';
import { blendScores } from '../protocol/blend.ts';
import { backendOfAll } from './files.ts';

interface BlendMember {
  readonly scorer: Scorer;
  readonly weight: number;
}

/** Members' answers, weighted: probabilities, or numbers. Every member has its own calibration. */
export function ensembleScorer(members: readonly BlendMember[]): Scorer {
  const scorers = members.map(({ scorer }) => scorer);
  const weights = members.map(({ weight }) => weight);
  return {
    input: [...new Set(scorers.flatMap(formsOf))],
    outputs: scorers[0]!.outputs,
    backend: backendOfAll(scorers.map(({ backend }) => backend)),
    *predict(rows): Work<Float64Array> {
      const answers: Float64Array[] = [];
      for (const scorer of scorers) answers.push(yield* scorer.predict(rows));
      return blendScores(answers, weights);
    },
    explain: (sources) => blendExplainer(members, sources),
    dispose: () => {
      for (const scorer of scorers) scorer.dispose();
    },
  };
}

/** Every form of the rows that a scorer takes. */
export const formsOf = ({ input }: Pick<Scorer, 'input'>): readonly RowForm[] =>
  typeof input === 'string' ? [input] : input;

/** The weighted sum of members' contributions: it adds up to the weighted sum of their raw sums, before calibration. */
function blendExplainer(members: readonly BlendMember[], sources: ColumnSources): Explainer {
  const explainers = members.map(({ scorer }) => scorer.explain(sources));
  const [scale, ...otherScales] = new Set(explainers.map((each) => each.scale));
  if (otherScales.length > 0)
    throw usageError({
      code: 'blend-not-explained',
      message:
        'This model blends members that learnt the label in different ways: what columns add in them cannot be added up.',
      hint: 'Set model.target to none (or log) in the pipeline, run it again, and ask the new version.',
    });
  const samples = explainers.flatMap((each) => each.samples ?? []);
  return {
    ...(scale === undefined ? {} : { scale }),
    samples: samples.length === 0 ? null : Math.max(...samples),
    stepsPerRow: explainers.reduce((sum, { stepsPerRow }) => sum + stepsPerRow, 0),
    *contributions(rows): Work<Contributions> {
      const found: Contributions[] = [];
      for (const explainer of explainers) found.push(yield* explainer.contributions(rows));
      const weights = members.map(({ weight }) => weight);
      return {
        units: found[0]!.units,
        base: blendScores(
          found.map(({ base }) => base),
          weights,
        ),
        values: blendScores(
          found.map(({ values }) => values),
          weights,
        ),
      };
    },
  };
}

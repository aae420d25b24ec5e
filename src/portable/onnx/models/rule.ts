import { readRule } from '../../../modeling/families/rule/files.ts';
import type { ModelFiles, Task } from '../../../modeling/model.ts';
import { scoresOf } from '../answers.ts';
import { numberValue } from '../columns.ts';
import type { GraphFeatures } from '../features.ts';
import type { Value } from '../graph.ts';
import { countUpTo } from '../numbers.ts';

/** The family rule: a table of sums by the group of a row. */
export function writeRule(features: GraphFeatures, files: ModelFiles, task: Task): Value {
  const { graph, math, prepared } = features;
  const { place, groups, units, sums, others } = readRule(files, task);
  const column = prepared[place];
  if (column === undefined) throw new TypeError('a rule looks at what is not written');
  const placeOf = (): Value => {
    if (column.kind === 'codes') return column.value;
    const x = numberValue(column);
    const cuts = groups.kind === 'number' ? groups.cuts : [];
    return math.asWhole(math.where(math.isMissing(x), cuts.length + 1, countUpTo(graph, math, cuts, x)));
  };
  // Of codes what was not seen comes before what is missing.
  const table =
    groups.kind === 'number'
      ? [...sums]
      : [...sums.subarray(0, groups.size * units), ...others, ...sums.subarray(groups.size * units)];
  const dims = [table.length / units, units];
  const tensor = graph.constant({ type: 'double', dims, numbers: table });
  const at = graph.op('Squeeze', [placeOf(), graph.wholes([1])]);
  return scoresOf(features, task, graph.op('Gather', [tensor, at], { axis: 0 }));
}

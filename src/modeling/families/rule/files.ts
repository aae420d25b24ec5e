import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { canonicalJson } from '../../../digest.ts';
import { oneOf } from '../../../shape.ts';
import type { ModelFiles, Task } from '../../model.ts';
import { outputUnits } from '../../outputs.ts';
import { links, ownFiles } from '../ownFiles.ts';
import { groupCount } from './model.ts';
import type { RuleModel } from './model.ts';

const ruleFile = 'rule.json';
/** No sum of a fit comes near it. */
const largest = 1e300;
const finite = Type.Number({ minimum: -largest, maximum: largest });
const closed = { additionalProperties: false };

const ruleShape = Type.Object(
  {
    version: Type.Literal(1),
    /** What turns sums into answers: says that it answers this task and no other. */
    link: oneOf(['sigmoid', 'softmax', 'identity']),
    place: Type.Integer({ minimum: 0 }),
    name: Type.String(),
    groups: Type.Union([
      Type.Object({ kind: Type.Literal('number'), cuts: Type.Array(Type.Number()) }, closed),
      Type.Object({ kind: Type.Literal('codes'), size: Type.Integer({ minimum: 0 }) }, closed),
    ]),
    sums: Type.Array(finite),
    others: Type.Array(finite),
    base: Type.Array(finite),
  },
  closed,
);

const { damaged, json } = ownFiles('rule');

/** `rule.json` is the whole rule: its column, where it is cut, and the raw sums of each group. */
export function writeRule(task: Task, { place, name, groups, sums, others, base }: RuleModel): ModelFiles {
  const link = links[task.kind];
  const document = {
    ...{ version: 1, link, place, name, groups },
    ...{ sums: [...sums], others: [...others], base: [...base] },
  };
  return new Map([[ruleFile, new TextEncoder().encode(`${canonicalJson(document)}\n`)]]);
}

/** The inverse of `writeRule`. Throws a damaged error for anything else. */
export function readRule(files: ModelFiles, task: Task): RuleModel {
  const read = json(files, ruleFile);
  if (!Value.Check(ruleShape, read)) {
    const [first] = Value.Errors(ruleShape, read);
    throw damaged(`${ruleFile}: ${first?.path ?? ''} ${first?.message ?? 'is of another form'}`);
  }
  const { link, place, name, groups } = read;
  if (link !== links[task.kind])
    throw damaged(`its link is ${link}, expected ${links[task.kind]} (${task.kind})`);
  const units = outputUnits(task);
  const [sums, others, base] = [read.sums, read.others, read.base].map((list) => Float64Array.from(list));
  const wanted = groupCount(groups) * units;
  if (sums!.length !== wanted || others!.length !== units || base!.length !== units)
    throw damaged(`it has ${sums!.length} sums, expected ${wanted}`);
  if (groups.kind === 'number' && groups.cuts.some((cut, at) => at > 0 && !(cut > groups.cuts[at - 1]!)))
    throw damaged('its cuts do not rise');
  return { place, name, groups, units, sums: sums!, others: others!, base: base! };
}

import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { canonicalJson } from '../../digest.ts';
import { damagedError } from '../../errors.ts';
import type { AiengError } from '../../errors.ts';
import type { ModelFiles } from '../model.ts';
import { targetTransformShape } from './transform.ts';
import type { TargetTransform } from './transform.ts';

/** Beside the files of the family that learnt the transformed labels. */
const targetFile = 'target.json';

const documentShape = Type.Object(
  { version: Type.Literal(1), transform: targetTransformShape },
  { additionalProperties: false },
);

const damaged = (problem: string): AiengError =>
  damagedError({
    code: 'target-damaged',
    message: `The model's ${targetFile} does not say how to get back to the label: ${problem}.`,
    hint: 'Take the bundle again from where it was packaged, or train and package again.',
  });

/** The files of a model, and what its labels were. */
export function withTransform(files: ModelFiles, transform: TargetTransform): ModelFiles {
  const text = `${canonicalJson({ version: 1, transform })}\n`;
  return new Map([...files, [targetFile, new TextEncoder().encode(text)]]);
}

function problemOf(transform: TargetTransform): string | null {
  if (transform.kind === 'log') {
    const { low, high } = transform;
    return low <= high && Number.isFinite(Math.exp(high)) ? null : `bounds ${low} and ${high}`;
  }
  const { values, normal } = transform;
  if (values.length !== normal.length)
    return `${values.length} labels at ${normal.length} places of the normal distribution`;
  const rises = (list: readonly number[]): boolean =>
    list.every((value, at) => at === 0 || value > list[at - 1]!);
  return rises(values) && rises(normal) ? null : 'labels or their places do not rise';
}

/**
 * What labels were transformed by; null where they were not.
 *
 * @throws a damaged error for a file that `withTransform` does not write
 */
export function readTransform(files: ModelFiles): TargetTransform | null {
  const bytes = files.get(targetFile);
  if (bytes === undefined) return null;
  let document: unknown;
  try {
    document = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw damaged('it is not JSON');
  }
  if (!Value.Check(documentShape, document)) {
    const [first] = Value.Errors(documentShape, document);
    throw damaged(`${first?.path ?? ''} ${first?.message ?? 'is of another form'}`);
  }
  const problem = problemOf(document.transform);
  if (problem !== null) throw damaged(problem);
  return document.transform;
}

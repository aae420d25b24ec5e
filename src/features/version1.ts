import { assemble } from './assemble.ts';
import type { FittedChain } from './assemble.ts';
import { compileStep, inputAfter } from './chain.ts';
import { damagedState, stateFlag, stateNumbers, stateWords } from './params.ts';
import type { FittedFeatures, FittedStep } from './spec.ts';
import type { StepInput } from './transform.ts';
import { circles } from './transforms/times/cyclic.ts';

/** A feature of version 1: a chain of steps from the column to its outputs; the last may be an encoder of words. */
export interface Version1Feature extends FittedChain {
  readonly outputs: readonly string[];
}

type Chains = readonly { readonly steps: readonly FittedStep[]; readonly outputs: readonly string[] }[];

function oneHot({ state }: FittedStep): readonly FittedStep[] {
  const words = stateWords(state, 'categories');
  const signed = stateFlag(state, 'signed') && words.length > 1;
  const kept = signed
    ? { words: words.slice(0, 2), other: false }
    : { words, other: stateFlag(state, 'other') };
  return [
    { transform: 'categories', state: kept },
    { transform: 'one_hot', state: { signed } },
  ];
}

function cyclic({ state }: FittedStep, { kind }: StepInput): readonly FittedStep[] {
  const { part = null, period = null, harmonics = null } = state;
  const waves = { transform: 'cyclic', state: { period, harmonics } };
  if (kind !== 'time') return [waves];
  const circle = typeof part === 'string' ? circles.get(part) : undefined;
  if (circle?.period !== period) throw damagedState('a cycle has no period');
  return [{ transform: 'date_parts', state: { part: circle.part, low: 0, span: 1 } }, waves];
}

function dateParts({ state }: FittedStep): readonly FittedStep[] {
  const low = stateNumbers(state, 'low');
  const span = stateNumbers(state, 'span');
  return stateWords(state, 'parts').map((part, i) => {
    const [lowest, width] = [low[i], span[i]];
    if (lowest === undefined || width === undefined) throw damagedState('date parts do not fit their ranges');
    return { transform: 'date_parts', state: { part, low: lowest, span: width } };
  });
}

/** The steps of today that do what a step of version 1 did. */
function stepsFor(step: FittedStep, input: StepInput): readonly FittedStep[] {
  const words = input.kind === 'category' || input.kind === 'text';
  switch (step.transform) {
    case 'one_hot':
      return oneHot(step);
    case 'hashing':
      return [
        { transform: 'hash_strings', state: step.state },
        { transform: 'one_hot', state: { signed: false } },
      ];
    case 'cyclic':
      return cyclic(step, input);
    case 'missing_indicator':
      return words ? [{ transform: 'text_length', state: {} }, step] : [step];
    default:
      return [step];
  }
}

/** Several parts of a time were one feature; each is one of its own now. */
function apart({ steps, outputs }: Version1Feature): Chains {
  const last = steps.at(-1);
  if (last?.transform !== 'date_parts') return [{ steps, outputs }];
  const parts = dateParts(last);
  if (parts.length !== outputs.length)
    throw damagedState(`date parts have ${outputs.length} output names for ${parts.length} outputs`);
  return parts.map((part, i) => ({ steps: [...steps.slice(0, -1), part], outputs: [outputs[i]!] }));
}

function* chainsOf(feature: Version1Feature): Generator<FittedChain> {
  const { column, kind } = feature;
  for (const { steps, outputs } of apart(feature)) {
    const now: FittedStep[] = [];
    let input: StepInput = { name: column, kind };
    for (const before of steps) {
      const [single] =
        before.transform === 'date_parts' && 'parts' in before.state ? dateParts(before) : [before];
      if (single === undefined) throw damagedState('date_parts names no part');
      for (const step of stepsFor(single, input)) {
        const compiled = compileStep(step, input);
        if (compiled.role !== 'encoder') input = inputAfter(compiled, input);
        now.push(step);
      }
    }
    yield { column, kind, steps: now, outputs };
  }
}

/**
 * Features of version 1 (aieng 0.1) in today's form. What they make of a row is the same, bit for bit. Throws a
 * `damaged` error for what aieng 0.1 would not have written.
 */
export function fromVersion1(
  inputs: FittedFeatures['inputs'],
  features: readonly Version1Feature[],
): FittedFeatures {
  return assemble(
    inputs,
    features.flatMap((feature) => [...chainsOf(feature)]),
  );
}

import { usageError } from '../errors.ts';
import { ensembleName, readEnsemble } from './ensemble/files.ts';
import { ensembleScorer } from './ensemble/scorer.ts';
import { families } from './families/index.ts';
import type { Backend, Family, FamilyOptions, GivenModels, ModelFiles, Scorer, Task } from './model.ts';
import { nameBackend } from './networks/backend.ts';
import { inLabelUnits } from './target/inLabelUnits.ts';

/** The family of a name. @throws a usage error for one that there is not */
export function familyNamed(name: string): Family {
  const family = families.find((candidate) => candidate.name === name);
  if (family !== undefined) return family;
  const known = ['auto', ...families.map((candidate) => candidate.name)].join(', ');
  throw usageError({
    code: 'unknown-family',
    message: `There is no model family ${JSON.stringify(name)}; known are ${known}.`,
    hint: 'Set `family` under `model:` in the pipeline to one of them.',
  });
}

/**
 * A scorer over a trained or unpacked model. `backend` matters where nothing was loaded yet in this process.
 *
 * @throws a damaged error where the files are not what the family wrote
 */
export async function load(
  model: { readonly family: string; readonly files: ModelFiles; readonly task: Task },
  backend: FamilyOptions['backend'] = 'auto',
): Promise<Scorer> {
  if (model.family === ensembleName) {
    const members = [];
    for (const { weight, family, files } of readEnsemble(model.files))
      members.push({ weight, scorer: await load({ family, files, task: model.task }, backend) });
    return ensembleScorer(members);
  }
  const { family, files, task } = model;
  return inLabelUnits(files, task, await familyNamed(family).load(files, task, backend));
}

/** What a family computes with; `auto`: the networks, which it fits too, and of which a blend may have some. */
export async function backendOf(family: string, choice: FamilyOptions['backend']): Promise<Backend> {
  const mayBeNets = family === 'auto' || family === ensembleName;
  return mayBeNets ? nameBackend(choice) : familyNamed(family).backend(choice);
}

/** Which form of the rows a family takes in training. */
export const inputOf = (family: string): Family['input'] => familyNamed(family).input;

/** How files become models of a family whose models are given. */
export function givenModels(family: string): GivenModels {
  const { given } = familyNamed(family);
  if (given === undefined) throw new RangeError(`models of family ${family} are not given`);
  return given;
}

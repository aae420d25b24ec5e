import type { GbdtParameters } from './gbdt/parameters.ts';
import type { ImportedParameters } from './imported/parameters.ts';
import type { MlpParameters } from './mlp/parameters.ts';
import type { ScriptParameters } from './script/parameters.ts';
import type { TabmParameters } from './tabm/parameters.ts';

/** The families that have parameters of their own, each with the section of a pipeline's `model` that it owns. */
export interface FamilyParameters {
  readonly gbdt: GbdtParameters;
  readonly imported: ImportedParameters;
  readonly mlp: MlpParameters;
  readonly script: ScriptParameters;
  readonly tabm: TabmParameters;
}

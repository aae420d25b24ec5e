import { Type } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { gbdtDefaults } from './gbdt/parameters.fixture.ts';
import { importedParametersShape } from './imported/parameters.ts';
import { mlpParametersShape } from './mlp/parameters.ts';
import { scriptParametersShape } from './script/parameters.ts';
import { tabmParametersShape } from './tabm/parameters.ts';
import type { FamilyParameters } from './parameters.ts';

/** The defaults of a pipeline: the sections of every family. */
export const familyDefaults: FamilyParameters = {
  gbdt: gbdtDefaults,
  imported: Value.Create(importedParametersShape),
  mlp: Value.Create(mlpParametersShape),
  // What is handed on as it stands has no shape that a value could be made of.
  script: { ...Value.Create(Type.Omit(scriptParametersShape, ['parameters'])), parameters: {} },
  tabm: Value.Create(tabmParametersShape),
};

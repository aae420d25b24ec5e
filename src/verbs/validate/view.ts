import type { ValidateResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { View } from '../view/blocks.ts';
import { command, facts, headline, next } from '../view/blocks.ts';
import { counted, shortDigest } from '../view/format.ts';
import { findingList } from '../view/evidence.ts';
import { schemaChangeTable } from '../view/schemaChanges.ts';

/** `validate`: whether the snapshot is what the schema promises, and what is not. */
export const validateView: View<Outcome<ValidateResult>> = {
  blocks: ({ pipeline, exitCode, result }) => {
    const errors = result.findings.filter(({ severity }) => severity === 'error').length;
    const warnings = result.findings.filter(({ severity }) => severity === 'warning').length;
    const said =
      errors + warnings === 0
        ? 'the data is as expected'
        : `${counted(errors, 'error')}, ${counted(warnings, 'warning')}`;
    return [
      headline(exitCode !== 0 ? 'bad' : warnings > 0 ? 'warn' : 'good', said, pipeline),
      facts([
        ['checked', counted(result.rows, 'row')],
        [
          'compared with',
          result.comparedWith === null ? null : `snapshot ${shortDigest(result.comparedWith)}`,
        ],
      ]),
      ...(result.accepted === null
        ? []
        : [schemaChangeTable(result.accepted.changes, `written into ${result.accepted.schema}`)]),
      findingList(result.findings),
      exitCode === 0 ? next(command('featurize', pipeline)) : next(),
    ];
  },
  essential: ({ result }) =>
    result.findings.filter(({ severity }) => severity === 'error').map(({ message }) => message),
};

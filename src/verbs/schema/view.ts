import type { SchemaResult } from './result.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { View } from '../view/blocks.ts';
import { command, facts, headline, next } from '../view/blocks.ts';
import { counted } from '../view/format.ts';
import { schemaChangeTable } from '../view/schemaChanges.ts';

/** `schema diff`: in what two row schemas differ, and what that means for stored models. */
export const schemaView: View<Outcome<SchemaResult>> = {
  blocks: ({ pipeline, result: { from, to, changes, compatible } }) => {
    const said =
      changes.length === 0
        ? 'the schemas are the same'
        : `${counted(changes.length, 'change')}: models of before ${compatible ? 'can take the new rows' : 'have to be trained anew'}`;
    return [
      headline(changes.length === 0 ? 'good' : compatible ? 'warn' : 'bad', said, pipeline),
      facts([
        ['from', from],
        ['to', to],
      ]),
      ...(changes.length === 0 ? [] : [schemaChangeTable(changes, 'changes')]),
      changes.length === 0 ? next() : next(command('validate', pipeline)),
    ];
  },
  essential: ({ result: { changes } }) => changes.map(({ column, what }) => `${column}: ${what}`),
};

import type { OpenedSource, RowsFile } from '../../source.ts';
import type { PinnedFile } from '../pinnedFile.ts';
import { noRows, selectFromHeader, unknownTo } from '../selection.ts';
import type { TypedGroup } from './group.ts';
import { groupWords, typedReading, typeGroup } from './group.ts';

/** A file whose cells have types already, and which is read some records at a time. */
export interface GroupedFile {
  readonly file: RowsFile;
  readonly pinned: PinnedFile;
  /** Names of its columns, as their position in a group says. */
  readonly names: readonly string[];
  /** From the first record each time. */
  groups(): AsyncGenerator<TypedGroup, void, void>;
  /** Around all that looks at cells: values may be read where they lie, and that may be what meets damage. */
  guarded<Result>(read: () => Result): Result;
}

/** Its records by a schema, and all of them as texts. */
export function groupedSource(source: GroupedFile): Pick<OpenedSource, 'batches' | 'words' | 'close'> {
  const { file, pinned, names } = source;
  const { displayPath } = file;

  async function* taken<Batch>(take: (group: TypedGroup) => Batch): AsyncGenerator<Batch, number, void> {
    let records = 0;
    for await (const group of source.groups()) {
      records += group.rows;
      yield source.guarded(() => take(group));
    }
    if (records === 0) throw noRows(displayPath, 'header-only');
    return records;
  }

  return {
    batches: async function* (plan) {
      const selected = selectFromHeader(displayPath, names, plan.schema, plan);
      const reading = typedReading(displayPath, selected, plan.schema);
      const records = yield* taken((group) => typeGroup(group, reading));
      const unknown = unknownTo(plan.schema, names);
      return {
        records,
        unknownColumns: unknown.map((name) => ({ name, records })),
        ...(await pinned.finish()),
      };
    },
    words: async function* () {
      const records = yield* taken((group) => groupWords(group, names));
      return { records, unknownColumns: [], ...(await pinned.finish()) };
    },
    close: () => pinned.close(),
  };
}

import { AiengError } from '../../errors.ts';
import type { Finding } from '../recognise/finding.ts';
import type { RowSchema } from '../schema.ts';
import { columnSchema } from '../schema.ts';
import type {
  Batch,
  FileRead,
  LeftOut,
  OpenedSource,
  ReadPlan,
  RowsFile,
  RowsHeader,
  SourceEnd,
  UnknownColumn,
  WordBatch,
} from '../source.ts';
import { openOneFile } from './oneFile.ts';
import type { FileList, ListedFile } from './fileList.ts';
import { digestOfFiles, memberOf } from './fileList.ts';
import { noRows, selectFromHeader } from './selection.ts';

const isWithoutRows = (error: unknown): boolean =>
  error instanceof AiengError && (error.code === 'source-empty' || error.code === 'source-without-rows');

/** A file of several, and what it says of itself; null where it holds nothing at all. */
interface Member {
  readonly listed: ListedFile;
  readonly header: RowsHeader | null;
}

async function readHeaders(file: RowsFile, { files }: FileList): Promise<readonly Member[]> {
  const members: Member[] = [];
  for (const listed of files)
    try {
      const source = await openOneFile(memberOf(file, listed));
      members.push({ listed, header: source.header });
      await source.close();
    } catch (error) {
      if (!isWithoutRows(error)) throw error;
      members.push({ listed, header: null });
    }
  return members;
}

const told = (what: string, example: string | null = null): Finding => ({
  key: null,
  value: null,
  what,
  line: null,
  example,
});

const namesShown = 5;
const quotedNames = (names: readonly string[]): string => {
  const shown = names.slice(0, namesShown).map((name) => JSON.stringify(name));
  return names.length > namesShown ? `${shown.join(', ')}, … (${names.length})` : shown.join(', ');
};

/** Columns that others of the files have, and one does not. What its first records lack, its later ones may have. */
function lackedBy({ header }: Pick<Member, 'header'>, all: readonly string[]): readonly string[] {
  if (header === null || header.sampled === true) return [];
  const own = new Set(header.names);
  return all.filter((name) => !own.has(name));
}

/** How the columns of the files differ: columns that only some of them have. */
function differences(members: readonly Member[], all: readonly string[]): readonly Finding[] {
  const headers = members.filter(({ header }) => header !== null);
  const lacking = headers.flatMap((member) => {
    const absent = lackedBy(member, all);
    return absent.length === 0 ? [] : [{ listed: member.listed, absent }];
  });
  const [first] = lacking;
  if (first === undefined) return [];
  return [
    told(
      `${lacking.length} of ${headers.length} files lack columns that others have (they are missing in their rows): ${quotedNames([...new Set(lacking.flatMap(({ absent }) => absent))])}.`,
      `${first.listed.displayPath} lacks ${quotedNames(first.absent)}`,
    ),
  ];
}

const partitionsOf = (members: readonly Member[]): readonly string[] => [
  ...new Set(members.flatMap(({ listed }) => listed.constants.map(({ name }) => name))),
];

/** What is told of the files whenever they are read. */
function warningsOf(
  members: readonly Member[],
  all: readonly string[],
  { ignored }: FileList,
): readonly Finding[] {
  const empty = members.filter(({ header }) => header === null).map(({ listed }) => listed.displayPath);
  return [
    ...(empty.length === 0 ? [] : [told(`${empty.length} of the files hold nothing.`, empty[0])]),
    ...(ignored.length === 0
      ? []
      : [told(`${ignored.length} files of the folder are not named as rows and are not read.`, ignored[0])]),
    ...differences(members, all),
  ];
}

function findingsOf(members: readonly Member[], all: readonly string[], list: FileList): readonly Finding[] {
  const partitions = partitionsOf(members);
  const first = members.find(({ header }) => header !== null);
  return [
    told(
      `${members.length} ${members.length === 1 ? 'file is' : 'files are'} read as one source.`,
      members[0]!.listed.displayPath,
    ),
    ...(partitions.length === 0
      ? []
      : [told(`Names of folders give the columns ${quotedNames(partitions)}.`)]),
    ...warningsOf(members, all, list),
    ...(first?.header?.findings ?? []),
  ];
}

/** What is read of one file: a column that it lacks is missing in its rows, where the schema lets it be missing. */
function planFor({ names }: RowsHeader, plan: ReadPlan): ReadPlan {
  const own = new Set(names);
  const mayLack = (name: string, schema: RowSchema): boolean =>
    !own.has(name) && columnSchema(schema, name)?.nullable === true;
  const required = plan.required.filter((name) => !mayLack(name, plan.schema));
  return {
    ...plan,
    required,
    optional: [...plan.optional, ...plan.required.filter((name) => !required.includes(name))],
  };
}

/** Puts the accounts of the files together. */
class Account {
  readonly #files: (FileRead & { readonly name: string })[] = [];
  readonly #unknown = new Map<string, number>();
  readonly #leftOut = new Map<LeftOut['what'], LeftOut>();

  add(listed: ListedFile, end: SourceEnd, rejected: number, lacks: readonly string[]): void {
    const { digest, bytes, records } = end;
    this.#files.push({
      name: listed.name,
      file: listed.displayPath,
      digest,
      bytes,
      records,
      rejected,
      ...(lacks.length === 0 ? {} : { lacks: [...lacks] }),
    });
    for (const { name, records: more } of end.unknownColumns)
      this.#unknown.set(name, (this.#unknown.get(name) ?? 0) + more);
    for (const left of end.leftOut ?? []) {
      const before = this.#leftOut.get(left.what);
      this.#leftOut.set(
        left.what,
        before === undefined ? left : { ...before, count: before.count + left.count },
      );
    }
  }

  end(displayPath: string): SourceEnd {
    const files = this.#files.map(({ name: _, ...file }) => file);
    const sum = (of: (file: FileRead) => number): number =>
      files.reduce((total, file) => total + of(file), 0);
    const records = sum((file) => file.records);
    if (records === 0) throw noRows(displayPath, 'empty');
    const unknownColumns: UnknownColumn[] = [...this.#unknown].map(([name, count]) => ({
      name,
      records: count,
    }));
    return {
      records,
      unknownColumns,
      digest: digestOfFiles(this.#files),
      bytes: sum((file) => file.bytes),
      leftOut: [...this.#leftOut.values()],
      files,
    };
  }
}

/** Reads file after file; those that turn out to hold no rows have none. */
async function* readAll<Part extends Batch | WordBatch>(
  file: RowsFile,
  members: readonly Member[],
  names: readonly string[],
  parts: (source: OpenedSource) => AsyncGenerator<Part, SourceEnd, void>,
): AsyncGenerator<Part, SourceEnd, void> {
  const account = new Account();
  for (const { listed, header } of members) {
    if (header === null) continue;
    const source = await openOneFile(memberOf(file, listed));
    let rejected = 0;
    try {
      const reading = parts(source);
      try {
        for (let next = await reading.next(); ; next = await reading.next()) {
          if (next.done === true) {
            account.add(listed, next.value, rejected, lackedBy({ header }, names));
            break;
          }
          rejected += next.value.rejections.length;
          yield next.value;
        }
      } finally {
        await reading.return(undefined as never);
      }
    } catch (error) {
      if (!isWithoutRows(error)) throw error;
    } finally {
      await source.close();
    }
  }
  return account.end(file.displayPath);
}

/**
 * Several files as one source, one after another: columns are found by their names, whatever their order, a file that lacks
 * one has it missing, and each file has its own account.
 */
export async function openManyFiles(file: RowsFile, list: FileList): Promise<OpenedSource> {
  const members = await readHeaders(file, list);
  const headers = members.flatMap(({ header }) => header ?? []);
  const [first] = headers;
  if (first === undefined) throw noRows(file.displayPath, 'empty');
  const partitions = partitionsOf(members);
  const names = [...new Set(headers.flatMap((header) => header.names))];
  const unreadable = new Map(
    headers.flatMap((header) => header.unreadable.map((column) => [column.name, column])),
  );
  return {
    header: {
      names,
      unreadable: [...unreadable.values()],
      // What one file is says nothing of the others' formats.
      dialect: {
        ...first.dialect,
        format: file.dialect.format,
        compression: file.dialect.compression,
        partitions: file.dialect.partitions ?? (partitions.length === 0 ? null : partitions),
      },
      findings: findingsOf(members, names, list),
      warnings: warningsOf(members, names, list),
      ...(headers.some(({ sampled }) => sampled) ? { sampled: true } : {}),
    },
    batches: (plan) => {
      selectFromHeader(file.displayPath, names, plan.schema, plan);
      return readAll(file, members, names, (source) => source.batches(planFor(source.header, plan)));
    },
    words: () => readAll(file, members, names, (source) => source.words()),
    close: async () => undefined,
  };
}

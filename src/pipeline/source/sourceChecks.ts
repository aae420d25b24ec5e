import { isDatabase, placeOf } from '../../data/address.ts';
import { formatByName, isTextFormat } from '../../data/dialect.ts';
import type { CheckedPipeline } from '../build.ts';
import type { Problem } from '../problems.ts';
import { problem } from '../problems.ts';
import { checkAddress } from './addressChecks.ts';
import { checkPath } from './projectPath.ts';

interface SourceToCheck {
  readonly checked: CheckedPipeline;
  /** Pointer → the text as it is written, for every value that came from the environment. */
  readonly variables: Readonly<Record<string, string>>;
}

/** The file of a pipeline, or what answers in its place: keys of its section that mean nothing there, or against each other. */
export function checkSource({ checked, variables }: SourceToCheck): Problem[] {
  const { path, format, gzip, compression } = checked.source;
  const written = variables['/source/path'] ?? path;
  const place = placeOf(path);
  const problems = [
    ...checkAddress({ source: checked.source, written, rowId: checked.row_id }),
    ...(place === 'file' ? checkPath('/source/path', path, true) : []),
  ];
  if (isDatabase(place)) return [...problems, ...checkKeysOfFormats(checked.source, 'a database')];
  if (gzip !== null && compression !== 'auto')
    problems.push(
      problem('/source/gzip', 'compression says it already', 'Take it out: `compression` is the newer word.'),
    );
  const named = formatByName(path);
  const known = format === 'auto' ? named.format : format;
  const packed = [compression, gzip === true ? 'gzip' : 'auto', named.compression].some(
    (word) => word !== 'auto' && word !== 'none',
  );
  if (packed && known !== undefined && !isTextFormat(known))
    problems.push(
      problem(
        '/source/path',
        `a file of ${known} is packed inside and is not read out of an archive`,
        'Unpack it with gunzip, unzip, zstd -d or bunzip2.',
      ),
    );
  return [...problems, ...checkEncoding(checked.source), ...checkKeysOfFormats(checked.source, known)];
}

/** Keys that mean something in files of one format only. */
function checkKeysOfFormats(source: CheckedPipeline['source'], format: string | undefined): Problem[] {
  const problems = checkHeaderKeys(source, format);
  if (format === undefined || format === 'auto') return problems;
  if (source.sheet !== null && format !== 'xlsx')
    problems.push(problem('/source/sheet', `only a workbook has it, this is ${format}`, 'Take it out.'));
  if (source.records !== null && format !== 'json')
    problems.push(problem('/source/records', `only a JSON file has it, this is ${format}`, 'Take it out.'));
  return problems;
}

/** Keys that say how a CSV file is written, and what each is where nobody says anything. */
const csvKeys: Partial<CheckedPipeline['source']> = {
  escape: 'doubled',
  skip_lines: 0,
  comment: null,
  header: true,
  names: null,
  row_names: false,
  lines_after_header: 0,
  skip_footer: 0,
  trailing_delimiter: null,
  empty_rows: 'keep',
  ragged: 'reject',
};

/** Those of them that a sheet has, too. */
const sheetKeys: ReadonlySet<string> = new Set(['skip_lines', 'header', 'names']);

/** Keys of a CSV file: for other formats, or against each other, they mean nothing. */
function checkHeaderKeys(source: CheckedPipeline['source'], format: string | undefined): Problem[] {
  const { header, names, row_names: rowNames, lines_after_header: after } = source;
  const problems: Problem[] = [];
  if (names !== null && header)
    problems.push(
      problem(
        '/source/names',
        'the first line of the file names its columns already',
        'Write "header: false" if it does not, or take the names out.',
      ),
    );
  for (const [name, written] of [
    ['row_names', rowNames],
    ['lines_after_header', after > 0],
  ] as const)
    if (!header && written)
      problems.push(
        problem(`/source/${name}`, 'it is about a header, and the file has none', 'Take it out.'),
      );
  if (format === 'csv' || format === 'auto' || format === undefined) return problems;
  const values = new Map<string, unknown>(Object.entries(source));
  for (const [name, byDefault] of Object.entries(csvKeys))
    if (values.get(name) !== byDefault && !(format === 'xlsx' && sheetKeys.has(name)))
      problems.push(problem(`/source/${name}`, `only a CSV file has it, this is ${format}`, 'Take it out.'));
  return problems;
}

/** Is it a name of an encoding that is read? */
function isEncoding(name: string): boolean {
  try {
    return /^(?:latin-?1|utf-?16)$/i.test(name) || new TextDecoder(name).encoding !== '';
  } catch {
    return false;
  }
}

function checkEncoding({ encoding }: CheckedPipeline['source']): Problem[] {
  if (isEncoding(encoding)) return [];
  return [
    problem(
      '/source/encoding',
      `there is no encoding ${JSON.stringify(encoding)}`,
      'Write utf-8, utf-16, windows-1252, latin-1, or another name of docs/data.md.',
    ),
  ];
}

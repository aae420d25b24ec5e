import type { RowsFormat } from '../dialect.ts';
import type { OpenedSource, RowsFile } from '../source.ts';
import { openArrow } from './arrow/arrow.ts';
import { openCsv } from './csv/csv.ts';
import { openJson } from './json/json.ts';
import { openNdjson } from './json/ndjson.ts';
import { openParquet } from './parquet/parquet.ts';
import { openXlsx } from './xlsx/xlsx.ts';

/**
 * Every kind of source, by the format that opens it. Add one: a file here and a line; `test/conformance/sources` runs
 * over all of them.
 */
export const sources: Readonly<Record<RowsFormat, (file: RowsFile) => Promise<OpenedSource>>> = {
  csv: openCsv,
  ndjson: openNdjson,
  json: openJson,
  parquet: openParquet,
  arrow: openArrow,
  xlsx: openXlsx,
};

export {
  type CategoryColumn,
  type Column,
  type ColumnKind,
  type NumberColumn,
  type Table,
  type TextColumn,
  type TimeColumn,
} from './columns.ts';
export { type ColumnSchema, type RowSchema } from './schema.ts';
export { type Rejection } from './source.ts';
export { type Snapshot } from './snapshot.ts';
export { type Cell, type CellIssue, type CellParser, type TypedValue } from './cells/cell.ts';
export { type ClassMatch, type ClassMatcher } from './cells/classes.ts';
export { tableFromRows, type CellProblem, type JsonCell, type TypedRows } from './rows.ts';
export { type RowIdOptions } from './rowId.ts';
export { writeParquet } from './parquet.ts';
export {
  type Fractions,
  type Split,
  type SplitOptions,
  type SplitPart,
  type SplitStrategy,
} from './splitting.ts';
export { fileDigest } from './sources/fileDigest.ts';
export { openSink } from './sinks/index.ts';
export { makeOutputFolder } from './sinks/file.ts';
export { mergeParts } from './sinks/mergedParts.ts';
export { openPartSink, writePartRecord, type PartSink, type WrittenPart } from './sinks/partFile.ts';
export { requireWholeRun } from './shards/wholeRun.ts';
export {
  partFile,
  type PartFormat,
  type PartInput,
  type PartPiece,
  type PartRecord,
} from './shards/partRecord.ts';
export {
  blockRows,
  inBlocks,
  ownsPiece,
  piecesOf,
  requireShard,
  type BlockRows,
  type Shard,
} from './shards/shard.ts';
export { findParts, finishedPart } from './sources/partFolder.ts';
export { listInputFiles, type InputFile, type InputFiles } from './sources/inputFiles.ts';
export { type OutputColumns, type Sink, type SinkOptions } from './sinks/sink.ts';
export { probeDuckdb } from './duckdb.ts';

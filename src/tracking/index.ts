import type { RecordKind } from './recordKind.ts';
import { measuredMemoryKind } from './measuredMemory.ts';
import { rejectsKind } from './rejects.ts';
import { runKind } from './runs.ts';
import { saltKind } from './salt.ts';

/** Every kind of record. Add one: a file here and a line below; the conformance suite, `doctor` and `gc` then know it. */
export const recordKinds: readonly RecordKind<object>[] = [
  runKind,
  rejectsKind,
  measuredMemoryKind,
  saltKind,
];

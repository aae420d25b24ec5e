import { mergedWord } from '../data/cells/categories.ts';
import { isIssue } from '../data/cells/cell.ts';
import { classMatcher } from '../data/cells/classes.ts';
import { isJsonObject, scalarText } from '../data/cells/json.ts';
import { cellParser } from '../data/cells/parser.ts';
import { parseTime } from '../data/cells/times.ts';
import type { ColumnSchema, RowSchema } from '../data/schema.ts';
import { columnSchema } from '../data/schema.ts';
import type { Manifest } from '../packaging/manifest.ts';
import type { RowIssue } from '../inference/prediction.ts';
import { LabelsNotKept } from '../traffic/predictionLog.ts';
import type { Scope } from './http/app.ts';
import type { PredictionLog } from '../traffic/predictionLog.ts';
import type { ServingPredictor } from './predictor.ts';
import { badRequest, badRows, RequestProblem } from './problem.ts';

/** A label for a prediction or a row, as it came and was found good. */
export interface Feedback {
  /** Of a prediction, else of a row. */
  readonly id: string;
  readonly label: string | number;
  /** When the outcome was known, ms since 1970 UTC. */
  readonly time?: number;
}

const members = new Set(['id', 'label', 'time']);

const maxIdLength = 200;

/** The id of a prediction or a row as it is written: the number 712 and the text "712" are one id. */
function readId(id: unknown): { readonly text: string } | { readonly problem: string } {
  const text = typeof id === 'boolean' ? undefined : scalarText(id);
  if (text === undefined)
    return { problem: 'expected the id of a prediction or of a row (a text or a number)' };
  if (text === '' || text.length > maxIdLength)
    return { problem: `expected an id of 1 to ${maxIdLength} characters` };
  return { text };
}

type LabelReader = (label: unknown) => { readonly value: string | number } | { readonly problem: string };

/** How labels are read in the task's terms: as a class by `classMatcher`, or as a number; written as the schema declares it. */
function labelReader(
  outputs: readonly string[],
  declared: Pick<ColumnSchema, 'merge' | 'numberFormat'>,
): LabelReader {
  if (outputs.length === 0) {
    const column = { name: 'label', kind: 'number', type: 'number', required: true, closed: false } as const;
    const { numberFormat } = declared;
    const format = numberFormat === undefined ? {} : { numberFormat };
    const parser = cellParser({ ...column, ...format, nullable: false }, { missing: [''] });
    return (label) => {
      const cell = parser.json(label);
      if (typeof cell === 'number') return { value: cell };
      return { problem: isIssue(cell) ? cell.issue : 'expected a number' };
    };
  }
  const match = classMatcher(outputs);
  const merged = mergedWord(declared);
  return (label) => {
    const matched = match(merged(scalarText(label) ?? ''));
    return isIssue(matched) ? { problem: matched.issue } : { value: matched.name };
  };
}

function readTime(time: unknown): number | undefined | { problem: string } {
  if (time === undefined) return undefined;
  const at = typeof time === 'string' ? parseTime(time) : Number.NaN;
  return Number.isNaN(at) ? { problem: 'expected a time as ISO 8601 (2024-12-31T23:59:00Z)' } : at;
}

function checkMember(
  member: Readonly<Record<string, unknown>>,
  prefix: string,
  readLabel: LabelReader,
  report: (issue: RowIssue) => void,
): Feedback | undefined {
  const issue = (key: string, message: string): void =>
    report({ path: `${prefix}/${key.slice(0, 40)}`, message });
  for (const key of Object.keys(member))
    if (!members.has(key)) issue(key, 'unknown field; expected "id", "label" and perhaps "time"');
  const id = readId(member['id']);
  if ('problem' in id) issue('id', id.problem);
  const label = readLabel(member['label']);
  const time = readTime(member['time']);
  if (typeof time === 'object') issue('time', time.problem);
  if ('problem' in label) issue('label', label.problem);
  if ('problem' in id || 'problem' in label || typeof time === 'object') return undefined;
  return { id: id.text, label: label.value, ...(time === undefined ? {} : { time }) };
}

/**
 * The body of `POST /feedback`: one `{id, label, time?}` or a list of them. All are good or none is taken.
 *
 * @param schema Of the bundle: how its labels are written.
 * @throws RequestProblem 400 with the place of each bad member, 413 for more than `maxRows`.
 */
export function parseFeedback(
  body: unknown,
  manifest: Manifest,
  maxRows: number,
  schema: RowSchema = { columns: [], missing: [''] },
): readonly Feedback[] {
  const list: readonly unknown[] | undefined = Array.isArray(body)
    ? body
    : isJsonObject(body)
      ? [body]
      : undefined;
  if (list === undefined) throw badRequest('Expected {"id": …, "label": …} or a list of them.');
  if (list.length > maxRows)
    throw new RequestProblem(413, `${list.length} labels in one request; at most ${maxRows} are allowed.`);
  const readLabel = labelReader(manifest.outputs, columnSchema(schema, manifest.label) ?? {});
  const issues: RowIssue[] = [];
  const report = (issue: RowIssue): void => void issues.push(issue);
  const feedback = list.flatMap((member, index) => {
    const prefix = Array.isArray(body) ? `/${index}` : '';
    if (isJsonObject(member)) return checkMember(member, prefix, readLabel, report) ?? [];
    report({ path: prefix, message: 'expected an object {"id": …, "label": …}' });
    return [];
  });
  if (issues.length > 0) throw badRows(issues);
  return feedback;
}

/** Answers only when the labels are on the disk; where they cannot be put there, the sender has to keep them. */
async function keepLabels(log: PredictionLog, labels: Parameters<PredictionLog['labels']>[0]): Promise<void> {
  try {
    await log.labels(labels);
  } catch (error) {
    if (!(error instanceof LabelsNotKept)) throw error;
    throw new RequestProblem(503, `The labels could not be written down (${error.fault}). Send them again.`);
  }
}

interface FeedbackParts {
  readonly contract: Pick<ServingPredictor, 'manifest' | 'schema'>;
  readonly log: PredictionLog | null;
  /** ms since 1970 UTC. */
  readonly clock: () => number;
  readonly maxRows: number;
  /** Told how many labels were taken. */
  readonly count: (labels: number) => void;
}

/** `POST /feedback`. */
export function addFeedback(scope: Scope, parts: FeedbackParts): void {
  const { manifest, schema } = parts.contract;
  scope.post('/feedback', async (request) => {
    const feedback = parseFeedback(request.body, manifest, parts.maxRows, schema);
    if (parts.log === null)
      throw new RequestProblem(501, 'This service keeps no prediction log, so labels have nowhere to go.');
    const at = parts.clock();
    await keepLabels(
      parts.log,
      feedback.map((each) => ({ ...each, at })),
    );
    parts.count(feedback.length);
    return { status: 'success', accepted: feedback.length };
  });
}

import type { ExplainResult } from './result.ts';
import type { ExplainOptions } from './options.ts';
import { AiengError, usageError } from '../../errors.ts';
import { readPrediction } from '../../serving/index.ts';
import { openPredictor } from '../../project/predictors.ts';
import { personalColumns, withheld, withoutPersonalCells } from '../../data/personal.ts';
import type { RowSchema } from '../../data/schema.ts';
import { readBundleSchema } from '../../packaging/documents.ts';
import { loadBundle } from '../../packaging/index.ts';
import { openRowSchema } from '../../project/inputs.ts';
import type { Context } from '../../project/context.ts';
import { expiredBefore, readFoldedRows } from '../../project/expireTraffic.ts';
import { labelledQuery, tellable } from '../../project/labelledTraffic.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { idTime } from '../../traffic/idTime.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { JoinedLabel } from '../../traffic/join.ts';
import { readLabelOf } from '../../traffic/labelled.ts';
import type { PredictionRecord } from '../../traffic/record.ts';
import { utcMinute } from '../../utc.ts';

function labelWords(
  { id, rowId }: Pick<PredictionRecord, 'id' | 'rowId'>,
  label: JoinedLabel | null,
): string {
  if (label === null) return 'none yet';
  const { value, given, door } = label;
  const by = given.id === id ? 'the id of the prediction' : `the row ${rowId}`;
  const when = given.time ?? given.at;
  return `${value}, ${door === 'file' ? 'from the file of labels' : 'by POST /feedback'}, by ${by}, ${utcMinute(when)}`;
}

type Cells = PredictionRecord['features'];

/** A row as people may see it: without personal cells, and without its id where a personal column identifies the rows. */
function tellableRow<Row extends { readonly rowId: string; readonly features: Cells }>(
  row: Row,
  { row_id }: Pipeline,
  schema: RowSchema,
): Row {
  const personal = personalColumns(schema);
  const isNamed = row_id.some((column) => personal.has(column));
  return {
    ...row,
    rowId: isNamed ? withheld : row.rowId,
    features: withoutPersonalCells(row.features, personal),
  };
}

const withoutId = (label: JoinedLabel | null): JoinedLabel | null =>
  label === null ? null : { ...label, given: { ...label.given, id: withheld } };

/** Cells one below the other. */
const cellLines = (cells: Cells): readonly string[] =>
  Object.entries(cells).map(([name, value]) => `  ${name}: ${value ?? 'missing'}`);

/** What is left of a prediction that is no longer in the log; null where nothing says that it ever was. */
async function explainExpired(
  context: Context,
  pipeline: Pipeline,
  id: string,
): Promise<ExplainResult | null> {
  const before = await expiredBefore(context, pipeline.name);
  const made = idTime(id);
  if (before === null || made === null || made >= before) return null;
  const kept = (await readFoldedRows(context, pipeline)).find((each) => each.id === id);
  const schema = await openRowSchema(context, pipeline);
  const row = kept === undefined || schema === null ? kept : tellableRow(kept, pipeline, schema);
  const rest =
    row === undefined
      ? ['It had no label, so nothing of it was kept.']
      : [`It is kept as a training row, with the label ${row.label}:`, ...cellLines(row.features)];
  return {
    topic: 'prediction',
    title: `${id}: expired. Predictions before ${utcMinute(before)} are no longer in the log (logs.keep_days: ${pipeline.logs.keep_days}), so it cannot be replayed.`,
    lines: rest,
    data: { expired: true, before, row: row ?? null },
  };
}

/** Finds a logged prediction by its id and computes it again with the very bundle that made it. */
export async function explainPrediction(context: Context, options: ExplainOptions): Promise<ExplainResult> {
  const pipeline = await openPipeline(context, options.pipeline);
  const { subject } = options;
  if (subject === undefined)
    throw usageError({
      code: 'prediction-not-given',
      message: 'Which prediction? Every answer of the service carries its id.',
      hint: 'Run `aieng explain prediction <id>`.',
    });
  const record = await readPrediction(await context.store.folder(`logs/${pipeline.name}`), subject);
  if (record === undefined) {
    const gone = await explainExpired(context, pipeline, subject);
    if (gone !== null) return gone;
    throw usageError({
      code: 'prediction-unknown',
      message: `The prediction log of ${pipeline.name} has no prediction "${subject}".`,
      hint: 'Use the id of an answer of the service, or of `aieng predict --log`.',
    });
  }
  const bundle = await loadBundle(context.store, record.bundle);
  const { predictor } = await openPredictor(context, { bundle, version: record.version });
  try {
    const { answers, issues } = predictor.predictRows([record.features], () => '');
    const [answer] = answers;
    if (answer === undefined)
      throw new AiengError({
        code: 'replay-refused',
        message: `The logged row is refused by its own bundle: ${issues[0]?.message ?? ''}`,
        hint: 'The log file was changed by hand; restore it.',
        exitCode: 8,
      });
    const query = await labelledQuery(context, pipeline, bundle);
    const { label, account } = await readLabelOf(query, record);
    const exact = answer.scores.every((score, index) => Object.is(score, record.scores[index]));
    const schema = readBundleSchema(bundle);
    const shown = tellableRow(record, pipeline, schema);
    return {
      topic: 'prediction',
      title: `${subject}: ${record.prediction}, answered ${utcMinute(record.at)} by ${pipeline.name}@${record.version ?? '?'} (${record.bundle.slice(0, 12)})`,
      lines: [
        `logged scores: ${record.scores.join(', ')}`,
        `replayed now:  ${answer.scores.join(', ')} (${exact ? 'identical' : 'different: another backend or library version'})`,
        `label: ${labelWords(shown, label)}`,
        ...cellLines(shown.features),
      ],
      data: {
        record: shown,
        replay: tellableRow(answer, pipeline, schema),
        exact,
        label: shown.rowId === record.rowId ? label : withoutId(label),
        labels: tellable(account, schema, pipeline.row_id),
      },
    };
  } finally {
    predictor.dispose();
  }
}

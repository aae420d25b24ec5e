import type { Table } from '../../data/columns.ts';
import type { RowSchema } from '../../data/schema.ts';
import { columnSchema } from '../../data/schema.ts';
import { usageError } from '../../errors.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import type { Ask } from '../../project/context.ts';
import { nearest } from '../../suggest.ts';
import type { InitOptions } from './options.ts';
import type { Answer, Question } from './questions.ts';
import { answered, notUnderstood, questionText, timeQuestion } from './questions.ts';
import type { TimeFound } from './timeFound.ts';
import { timeFound, timeSaid } from './timeFound.ts';

/** Asks until the answer is one. */
export async function answerTo(question: Question, ask: Ask): Promise<Answer> {
  for (let text = questionText(question); ;) {
    const typed = await ask(text);
    const answer = answered(question, typed);
    if (answer !== null) return answer;
    text = notUnderstood(question, typed);
  }
}

/** The columns that may say when a row became known. */
const timesOf = ({ columns }: RowSchema, { label, row_id: ids }: Pipeline): readonly string[] =>
  columns.flatMap(({ name, kind }) =>
    kind === 'time' && name !== label.column && !ids.includes(name) ? [name] : [],
  );

/** @throws usage error (exit 2) where the column that was named holds no times. */
export function requireTime(schema: RowSchema, pipeline: Pipeline, { time }: InitOptions): void {
  const times = timesOf(schema, pipeline);
  if (time == null || times.includes(time)) return;
  const named = columnSchema(schema, time);
  const guess = nearest(time, times);
  const there = times.length === 0 ? 'No column does' : `Those that do: ${times.slice(0, 20).join(', ')}`;
  throw usageError({
    code: 'time-of-no-column',
    message: `--time ${time}: ${named === undefined ? 'there is no such column' : `the column holds no times (it is read as ${named.kind})`}. ${there}.`,
    hint:
      guess === undefined
        ? `Leave --time away, or say how its times are written: \`--date-format "${time}=DD/MM/YYYY"\`.`
        : `Did you mean \`--time ${guess}\`?`,
  });
}

/**
 * When each row became known: as it was said, or as whoever is there answers, or as it is found; `none` where a person
 * says that no time does.
 */
export async function timeOf(
  pipeline: Pipeline,
  schema: RowSchema,
  table: Table,
  { time, ask }: InitOptions,
): Promise<TimeFound | 'none' | null> {
  if (time === null) return timesOf(schema, pipeline).length === 0 ? null : 'none';
  if (time !== undefined) return timeSaid(pipeline, table, time);
  const found = timeFound(pipeline, table);
  const question = ask === undefined ? null : timeQuestion(timesOf(schema, pipeline), found);
  if (ask === undefined || question === null) return found;
  const answer = await answerTo(question, ask);
  if (answer.kind === 'found') return found;
  return answer.value === null ? 'none' : timeSaid(pipeline, table, answer.value);
}

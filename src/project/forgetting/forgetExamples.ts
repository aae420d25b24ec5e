import { quoted } from '../../data/cells/cell.ts';
import { AiengError } from '../../errors.ts';
import { monitorReportKind } from '../../tracking/monitorReports.ts';
import type { RecordKind } from '../../tracking/recordKind.ts';
import { readRecord, replaceRecord, storeKind } from '../../tracking/recordKind.ts';
import { retrainingKind } from '../../tracking/retraining/retrainings.ts';
import { readAlertBook, writeAlertBook } from '../../tracking/alerts/books.ts';
import type { LabelAccount } from '../../traffic/account.ts';
import { forgottenId, withoutTheseIds } from '../../traffic/account.ts';
import type { Context } from '../context.ts';
import { heedInterruption } from '../interruption.ts';

/** Where an id stood as an example, and what could not be looked into. */
export interface ForgottenExamples {
  readonly named: number;
  readonly unread: number;
}

/** Records with an account of labels: those that name one of the ids are written again without it. */
async function inAccounts<Content extends object>(
  context: Context,
  kind: RecordKind<Content>,
  pipeline: string,
  without: (content: Content) => Content | null,
): Promise<ForgottenExamples> {
  const { store } = context;
  const found = { named: 0, unread: 0 };
  for (const id of await store.recordIds(storeKind(kind, pipeline))) {
    await heedInterruption(context);
    const name = { of: pipeline, id };
    try {
      const content = await readRecord(store, kind, name);
      const left = content === undefined ? null : without(content);
      if (left === null) continue;
      await replaceRecord(store, kind, name, left);
      found.named += 1;
    } catch (error) {
      if (!(error instanceof AiengError)) throw error;
      found.unread += 1;
    }
  }
  return found;
}

/** Alerts tell in words why labels were refused, with an id as it is quoted. */
async function inAlerts(context: Context, pipeline: string, ids: ReadonlySet<string>): Promise<number> {
  const { store, command, signal } = context;
  const lock = await store.lock(`alerts-${pipeline}`, { waitMs: 60_000, command, signal });
  try {
    const { book } = await readAlertBook(context, pipeline);
    const without = (text: string): string =>
      [...ids].reduce((left, id) => left.replaceAll(quoted(id), quoted(forgottenId)), text);
    let named = 0;
    const alerts = book.alerts.map((alert) => {
      const left = { ...alert, summary: without(alert.summary), details: alert.details.map(without) };
      if (JSON.stringify(left) === JSON.stringify(alert)) return alert;
      named += 1;
      return left;
    });
    if (named > 0) await writeAlertBook(context, pipeline, { ...book, alerts });
    return named;
  } finally {
    await lock.release();
  }
}

/**
 * Takes ids out of what tells of labels: reports of monitoring, decisions of retraining, alerts. Counts and sentences stay as they
 * were; a record that is damaged is passed by and counted.
 */
export async function forgetExamples(
  context: Context,
  pipeline: string,
  ids: ReadonlySet<string>,
): Promise<ForgottenExamples> {
  const of = (labels: LabelAccount): LabelAccount | null => withoutTheseIds(labels, ids);
  const looked = await inAccounts(context, monitorReportKind, pipeline, (report) => {
    const labels = of(report.labels);
    return labels === null ? null : { ...report, labels };
  });
  const decided = await inAccounts(context, retrainingKind, pipeline, (decision) => {
    const labels = decision.labels === null ? null : of(decision.labels);
    return labels === null ? null : { ...decision, labels };
  });
  const alerts = await inAlerts(context, pipeline, ids);
  return {
    named: looked.named + decided.named + alerts,
    unread: looked.unread + decided.unread,
  };
}

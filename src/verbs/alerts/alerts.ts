import { join, resolve } from 'node:path';
import type { Alert, AlertBook } from '../../alerting/alert.ts';
import { afterNews, dueFor } from '../../alerting/book.ts';
import { emptyBook } from '../../alerting/alert.ts';
import { dashboardText } from '../../alerting/rules/dashboard.ts';
import { rulesText } from '../../alerting/rules/rules.ts';
import { writeWholeFile } from '../../disk/wholeFile.ts';
import { exitCodes, usageError } from '../../errors.ts';
import type { AiengError } from '../../errors.ts';
import { ownRoutes } from '../../monitoring/prometheus.ts';
import { receiverName, sinkOf } from '../../pipeline/alerts/checks.ts';
import type { Pipeline } from '../../pipeline/pipeline.ts';
import { findingOf } from '../../project/alerting/findings.ts';
import { sendDue } from '../../project/alerting/handOn.ts';
import type { Delivery } from '../../project/alerting/deliver.ts';
import { tellReceiver } from '../../project/alerting/deliver.ts';
import type { OpenAlerts } from '../../project/alerting/openAlerts.ts';
import type { Context } from '../../project/context.ts';
import { unwatched } from '../../project/alerting/unwatched.ts';
import { openPipeline } from '../../project/openPipeline.ts';
import type { Outcome } from '../../project/outcome.ts';
import { durationBuckets } from '../../serving/metrics.ts';
import { readAlertBook } from '../../tracking/alerts/books.ts';
import type { AlertsOptions } from './options.ts';
import type { AlertsResult } from './result.ts';

const openOf = ({ name, alerts: section }: Pipeline): OpenAlerts => ({
  pipeline: name,
  section,
  receivers: section.sinks.map((one) => ({ name: receiverName(one), section: one })),
});

/** How it goes with each receiver. */
const receiversOf = (
  { receivers, section }: OpenAlerts,
  book: AlertBook,
  now: number,
): AlertsResult['receivers'] =>
  receivers.map(({ name, section: receiver }) => {
    const known = book.receivers[name];
    const failures = known?.failures ?? 0;
    return {
      name,
      sink: sinkOf(receiver)!,
      waiting: dueFor(book, section, receiver, name, now).length,
      failures,
      problem: known?.problem ?? null,
      nextTryAt: failures === 0 ? null : (known?.nextTryAt ?? null),
      sentAt: known?.sentAt ?? null,
    };
  });

const sentOf = (deliveries: readonly Delivery[]): AlertsResult['sent'] =>
  deliveries.map(({ receiver, sent, problem }) => ({ receiver, alerts: sent.length, problem }));

/** @throws usage error (exit 2) where the pipeline tells nobody. */
function needReceivers({ receivers, pipeline }: OpenAlerts): void {
  if (receivers.length > 0) return;
  throw usageError({
    code: 'no-receivers',
    message: `The pipeline ${pipeline} tells nobody: its section alerts names no receiver.`,
    hint: 'Add one to the pipeline file, for example: alerts: {sinks: [{slack: {url: "${SLACK_URL}"}}]}',
  });
}

/** One test alert for every receiver, whatever it wants to hear of; nothing of it is kept. */
async function sendTest(context: Context, open: OpenAlerts): Promise<readonly Delivery[]> {
  needReceivers(open);
  const finding = findingOf('test', {
    summary: `This is a test of ${open.pipeline}. Nothing is wrong.`,
    details: [`sent by aieng ${context.environment.version} on ${context.environment.host.name}`],
  });
  const now = context.environment.now();
  const { alerts } = afterNews(emptyBook, { findings: [finding], judged: [] }, open.pipeline, now);
  const due = alerts.map((alert: Alert) => ({ alert, reason: 'new' as const }));
  return Promise.all(open.receivers.map((receiver) => tellReceiver(context, open, receiver, due, 0)));
}

/** What Prometheus and Grafana read, from the pipeline as it is. */
async function writeRules(context: Context, pipeline: Pipeline, output: string): Promise<readonly string[]> {
  const folder = resolve(context.environment.cwd, output);
  const { name, monitor } = pipeline;
  const facts = { buckets: durationBuckets, ownRoutes };
  const texts: readonly (readonly [string, string])[] = [
    [`${name}.rules.yaml`, await rulesText(name, monitor, facts)],
    [`${name}.dashboard.json`, dashboardText(name, monitor, facts)],
  ];
  for (const [file, text] of texts) await writeWholeFile(join(folder, file), text, context.environment);
  return texts.map(([file]) => join(folder, file));
}

function refusalOf(deliveries: readonly Delivery[]): AiengError | null {
  const failed = deliveries.filter(({ problem }) => problem !== null);
  const [first] = failed;
  if (first === undefined) return null;
  return usageError({
    code: 'receiver-failed',
    message: `${failed.length} of ${deliveries.length} receivers did not take it. ${failed.map(({ receiver, problem }) => `${receiver}: ${problem ?? ''}`).join('; ')}.`,
    hint: `Correct the receiver in the section alerts or the variables that it names, and run \`aieng alerts test\` until it arrives.`,
  });
}

/** Shows, tests or sends what those who are not there are told; writes rules for Prometheus and Grafana. */
export async function alerts(context: Context, options: AlertsOptions): Promise<Outcome<AlertsResult>> {
  const { action, output = 'monitoring' } = options;
  const pipeline = await openPipeline(context, options.pipeline);
  const open = openOf(pipeline);
  if (action === 'send') needReceivers(open);
  const deliveries =
    action === 'test'
      ? await sendTest(context, open)
      : action === 'send'
        ? await sendDue(context, open, { now: true })
        : [];
  const files = action === 'rules' ? await writeRules(context, pipeline, output) : [];
  const { book, damaged } = await readAlertBook(context, pipeline.name);
  const refusal = refusalOf(deliveries);
  return {
    pipeline: pipeline.name,
    exitCode: refusal === null ? exitCodes.ok : exitCodes.usage,
    warnings: [...damaged.map(({ message }) => message), ...(await unwatched(context, pipeline.name))],
    ...(refusal === null ? {} : { refusal }),
    result: {
      action,
      alerts: book.alerts,
      receivers: receiversOf(open, book, context.environment.now()),
      sent: sentOf(deliveries),
      expired: book.expired,
      files,
    },
  };
}

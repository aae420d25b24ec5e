import type { Outcome } from '../../project/outcome.ts';
import { utcMinute } from '../../utc.ts';
import type { Block, View } from '../view/blocks.ts';
import { command, headline, list, next, paragraph, right, table } from '../view/blocks.ts';
import { counted } from '../view/format.ts';
import type { AlertsResult } from './result.ts';

const signs = { info: 'none', warning: 'warn', critical: 'bad' } as const;

function head({ pipeline, result }: Outcome<AlertsResult>): Block {
  const { action, alerts, sent, files } = result;
  if (action === 'rules') return headline('good', `${counted(files.length, 'file')} written`, pipeline);
  const failed = sent.filter(({ problem }) => problem !== null).length;
  if (action === 'test')
    return failed === 0
      ? headline('good', `the test reached ${counted(sent.length, 'receiver')}`, pipeline)
      : headline('bad', `the test did not reach ${failed} of ${counted(sent.length, 'receiver')}`, pipeline);
  const firing = alerts.filter(({ state }) => state === 'firing').length;
  return firing === 0
    ? headline('good', 'nothing goes on', pipeline)
    : headline('warn', counted(firing, 'alert'), pipeline);
}

const alertList = ({ alerts }: AlertsResult): Block =>
  list(
    alerts.map(({ severity, state, kind, summary, startsAt, endsAt }) => ({
      sign: state === 'firing' ? signs[severity] : 'good',
      text: `${kind}: ${summary}`,
      note:
        endsAt === null
          ? `since ${utcMinute(startsAt)}`
          : `from ${utcMinute(startsAt)} to ${utcMinute(endsAt)}, not told everybody yet`,
    })),
  );

const receiverTable = ({ receivers }: AlertsResult): Block =>
  table(
    ['receiver', 'sink', right('waiting'), 'last sent', 'trouble'],
    receivers.map(({ name, sink, waiting, sentAt, problem }) => [
      name,
      sink,
      String(waiting),
      sentAt === null ? 'never' : utcMinute(sentAt),
      problem ?? '–',
    ]),
    'receivers',
  );

/** `alerts`: what goes on, who knows of it, and what was sent. */
export const alertsView: View<Outcome<AlertsResult>> = {
  blocks: (outcome) => {
    const { pipeline, result } = outcome;
    const { action, alerts, receivers, sent, expired, files } = result;
    const waiting = receivers.some((receiver) => receiver.waiting > 0);
    return [
      head(outcome),
      ...(action === 'list' || action === 'send' ? [alertList({ ...result, alerts })] : []),
      ...(sent.length === 0
        ? []
        : [
            list(
              sent.map(({ receiver, alerts: taken, problem }) => ({
                sign: problem === null ? 'good' : 'bad',
                text: `${receiver}: ${problem === null ? `took ${counted(taken, 'alert')}` : problem}`,
              })),
              'sent',
            ),
          ]),
      ...(receivers.length === 0 || action === 'rules' ? [] : [receiverTable(result)]),
      ...(expired === 0
        ? []
        : [paragraph(`${counted(expired, 'alert')} given up before every receiver knew.`, 'warn')]),
      ...(files.length === 0 ? [] : [list(files.map((file) => ({ sign: 'good', text: file })))]),
      waiting && action === 'list' ? next(command('alerts', 'send', pipeline)) : next(),
    ];
  },
  essential: ({ result: { action, alerts, files, sent } }) =>
    action === 'rules'
      ? files
      : action === 'list'
        ? alerts.map(({ kind, state, summary }) => `${kind} ${state}: ${summary}`)
        : sent.map(({ receiver, problem }) => `${receiver} ${problem ?? 'ok'}`),
};

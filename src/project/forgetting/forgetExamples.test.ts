import { readFileSync, writeFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { openTestProject } from '../../cascade/testing.fixture.ts';
import { alertBookKind, readAlertBook, writeAlertBook } from '../../tracking/alerts/books.ts';
import { monitorReportKind, readMonitorReports, writeMonitorReport } from '../../tracking/monitorReports.ts';
import { noLabels } from '../../traffic/account.ts';
import type { LabelAccount } from '../../traffic/account.ts';
import { forgetExamples } from './forgetExamples.ts';

const labels: LabelAccount = {
  ...noLabels,
  reasons: [
    { reason: 'no class', count: 3, example: { door: 'file', id: 'C-17' } },
    { reason: 'a date', count: 1, example: { door: 'file', id: 'C-170' } },
  ],
  doors: [
    {
      ...{
        given: 9,
        used: 0,
        superseded: 0,
        unmatched: 5,
        ambiguous: 0,
        outside: 0,
        expired: 0,
        unusable: 4,
      },
      door: 'file',
      source: 'labels.csv',
      example: { given: 'C-17', logged: '01JHX3Q4V5W6X7Y8Z9A0B1C2D3' },
    },
  ],
};

it('reports and alerts name a row no more, say the rest as before, and what cannot be read is counted', async () => {
  const { context } = await openTestProject({});
  const write = async (account: LabelAccount): Promise<string> => {
    const id = context.environment.newId();
    await writeMonitorReport(context, 'left', id, { ...monitorReportKind.sample, labels: account });
    return id;
  };
  await write(labels);
  await write(noLabels);
  const { store } = context;
  const place = store.recordPlace('monitor-left', await write(labels));
  const [alert] = alertBookKind.sample.alerts;
  await writeAlertBook(context, 'left', {
    ...alertBookKind.sample,
    alerts: [
      { ...alert!, summary: '9 of 9 labels cannot be used. Most frequent: no class (id "C-17").' },
      { ...alert!, id: 'f'.repeat(16), summary: 'ids look like "C-170"' },
    ],
  });

  const ids = new Set(['C-17', '01JHX3Q4V5W6X7Y8Z9A0B1C2D3']);
  expect(await forgetExamples(context, 'left', ids)).toEqual({ named: 3, unread: 0 });
  const { records } = await readMonitorReports(context, 'left', 10);
  expect(JSON.stringify(records)).not.toMatch(/C-17\b|01JHX3Q4V5W6X7Y8Z9A0B1C2D3/);
  expect(records[0]?.content.labels).toMatchObject({
    reasons: [
      { count: 3, example: { id: '(forgotten)' } },
      { count: 1, example: { id: 'C-170' } },
    ],
    doors: [{ given: 9, example: { given: '(forgotten)', logged: '(forgotten)' } }],
  });
  expect((await readAlertBook(context, 'left')).book.alerts.map(({ summary }) => summary)).toEqual([
    '9 of 9 labels cannot be used. Most frequent: no class (id "(forgotten)").',
    'ids look like "C-170"',
  ]);

  writeFileSync(place, readFileSync(place, 'utf8').replace('412', '413'));
  expect(await forgetExamples(context, 'left', ids)).toEqual({ named: 0, unread: 1 });
});

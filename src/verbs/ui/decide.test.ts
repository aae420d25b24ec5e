import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import { afterOutcome } from '../../project/alerting/afterCommand.ts';
import { findingOf } from '../../project/alerting/findings.ts';
import { approvalQueue, waitingKind, writeWaiting } from '../../tracking/retraining/approvals.ts';
import { decisionActions } from './decide.ts';

const heard: string[] = [];
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (part: Buffer) => (body += part.toString()));
  request.on('end', () => {
    const { alerts } = JSON.parse(body) as { alerts: { kind: string; reason: string }[] };
    heard.push(...alerts.map(({ kind, reason }) => `${kind} ${reason}`));
    response.writeHead(200).end();
  });
});
let url = '';
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? String(address?.port) : ''}/`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

it('an answer in the pages is told those who were told that somebody has to answer', async () => {
  const { context } = await openTestProject(
    {
      'pipelines/left.yaml': customersPipeline(
        'alerts:\n  sinks:\n    - name: ops\n      webhook: { url: "${OPS_URL}" }\n',
      ),
    },
    { variables: { OPS_URL: url } },
  );
  const { champion: _, ...waiting } = waitingKind.sample;
  const bundle = 'a'.repeat(64);
  await context.store.claimVersion('left', bundle);
  await writeWaiting(context, 'left', context.environment.newId(), {
    ...waiting,
    champion: { version: 1, bundle },
  });
  const wanted = findingOf('approval-wanted', { summary: 'A better challenger of left waits for a person.' });
  await afterOutcome(
    context,
    { command: 'retrain', pipeline: 'left', terminal: false },
    { exitCode: 0, warnings: [], news: { findings: [wanted], judged: [] }, result: null },
  );
  expect(heard).toEqual(['approval-wanted new']);

  const reject = decisionActions(context).find(({ name }) => name === 'reject');
  const form = new URLSearchParams({ pipeline: 'left', challenger: waiting.bundle, why: 'only complaints' });
  expect(await reject?.act(form)).toBe('/decisions?pipeline=left');
  expect(await approvalQueue(context, 'left')).toMatchObject([{ approval: { verdict: 'rejected' } }]);
  expect(heard).toEqual(['approval-wanted new', 'approval-wanted over']);
});

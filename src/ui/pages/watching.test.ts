import { describe, expect, it } from 'vitest';
import { escapeHtml } from '../../reporting/html.ts';
import type { Asked } from '../page.ts';
import { decisionsPage } from './decisions/decisions.tsx';
import { dataPage } from './data/data.tsx';
import { validationLookPage } from './data/look.tsx';
import { deploymentsPage } from './deployments/deployments.tsx';
import { answerPage, tryPage } from './deployments/tryIt.tsx';
import type { Said, TryFacts } from './deployments/tryIt.tsx';
import { monitoringPage } from './monitoring/monitoring.tsx';

const hostile = `<script>alert("x")</script>&'"\u0000\u001b[31m${'w'.repeat(10_000)}`;
const asked = (write: boolean, query = ''): Asked => ({
  params: {},
  query: new URLSearchParams(query),
  write,
  csrf: 'secret-of-the-form',
});
const textOf = async (body: unknown): Promise<string> => String(await Promise.resolve(body));

const waiting = {
  run: '01JHX3Q4V5W6X7Y8Z9A0B1C2D3',
  state: 'waiting',
  stale: null,
  at: 0,
  bundle: 'c'.repeat(64),
  because: hostile,
  holds: [hostile],
  metric: 'log_loss',
  champion: 0.7,
  challenger: 0.54,
  rows: 800,
  answer: null,
} as const;
const decision = {
  run: 'r',
  at: 0,
  decision: 'promoted',
  tone: 'good',
  because: hostile,
  triggers: [hostile],
} as const;

const said = (word: string): Said => ({
  prediction: word,
  probabilities: [[word, 0.7]],
  interval: [1, 2],
  why: { scale: 'log odds', of: word, base: -1, contributions: [[word, -0.5]], margin: -1.5 },
});
const tried = (word: string): TryFacts => ({
  name: word,
  version: 2,
  bundle: 'b'.repeat(64),
  fields: [
    { name: word, kind: 'choice', required: true, choices: [word], hint: word, value: word, personal: false },
  ],
  said: said(word),
  issues: [word],
});

describe('pages that watch', () => {
  it('show hostile values as what they are, and nothing of them is markup', async () => {
    const line = {
      key: 'a',
      at: 0,
      href: '/x',
      what: hostile,
      said: hostile,
      tone: 'bad',
      changed: hostile,
      rows: 3,
      metric: { name: 'log_loss', value: 0.4 },
    } as const;
    const pages = [
      await textOf(
        monitoringPage.body(
          { pipelines: [hostile, 'b'], name: hostile, trends: [], lines: [line], warnings: [hostile] },
          asked(true),
        ),
      ),
      await textOf(
        decisionsPage.body(
          {
            pipelines: [hostile, 'b'],
            name: hostile,
            waiting: [waiting],
            decisions: [decision],
            warnings: [hostile],
          },
          asked(true),
        ),
      ),
    ];
    pages.push(
      await textOf(
        deploymentsPage.body(
          {
            pipelines: [hostile, 'b'],
            name: hostile,
            deployed: {
              state: 'unhealthy',
              url: hostile,
              target: hostile,
              message: hostile,
              since: 0,
              restarts: 2,
              versions: [{ version: null, bundle: 'a'.repeat(64), role: hostile, share: 0.5 }],
            },
            live: null,
            second: null,
            answers: [{ id: hostile, at: 0, version: 1, prediction: hostile, inputs: [[hostile, hostile]] }],
            warnings: [hostile],
          },
          asked(true),
        ),
      ),
      await textOf(tryPage.body(tried(hostile), asked(false))),
      await textOf(
        dataPage.body(
          {
            pipelines: [hostile, 'b'],
            name: hostile,
            snapshots: [{ at: 0, digest: 'a'.repeat(64), rows: 3 }],
            columns: [
              { name: hostile, kind: hostile, missing: 0.1, distinct: 2, middle: hostile, change: hostile },
            ],
            chosen: null,
            looks: [
              {
                id: hostile,
                at: 0,
                said: hostile,
                tone: 'bad',
                rows: 3,
                rejected: 1,
                errors: 1,
                warnings: 0,
                changed: hostile,
              },
            ],
            trends: [],
            rejects: {
              at: 0,
              file: hostile,
              records: 3,
              rejected: 1,
              refused: true,
              lines: [{ column: hostile, reason: hostile, count: 1, examples: [{ line: 2, raw: hostile }] }],
            },
            warnings: [hostile],
          },
          asked(false),
        ),
      ),
      await textOf(
        validationLookPage.body(
          {
            name: hostile,
            said: hostile,
            tone: 'bad',
            look: {
              at: 0,
              snapshot: 'a'.repeat(64),
              rows: 3,
              quarantined: 1,
              errors: 1,
              warnings: 0,
              found: [hostile],
              rejected: [{ column: hostile, reason: hostile, count: 1 }],
              moreReasons: 0,
              missing: [{ column: hostile, share: 0.5 }],
              moreColumns: 0,
              changed: hostile,
            },
          },
          asked(false),
        ),
      ),
      await textOf(
        answerPage.body(
          {
            name: hostile,
            id: hostile,
            at: 0,
            version: 1,
            inputs: [[hostile, hostile]],
            said: said(hostile),
          },
          asked(false),
        ),
      ),
    );
    for (const page of pages) {
      expect(page).not.toContain('<script');
      expect(page).toContain(escapeHtml('<script>'));
    }
  });

  it('offer an answer where changes are allowed only, with its token and the very challenger; else the command', async () => {
    const facts = { pipelines: ['churn'], name: 'churn', waiting: [waiting], decisions: [], warnings: [] };
    const writing = await textOf(decisionsPage.body(facts, asked(true)));
    expect(writing).toContain('action="/do/approve"');
    expect(writing).toContain('action="/do/reject"');
    expect(writing).toContain('value="secret-of-the-form"');
    expect(writing).toContain(`value="${'c'.repeat(64)}"`);
    const reading = await textOf(decisionsPage.body(facts, asked(false)));
    expect(reading).not.toContain('<form');
    expect(reading).toContain('aieng approve churn');
    const answered = { ...waiting, state: 'approved', answer: { who: 'ada', why: 'fine', at: 0 } } as const;
    expect(await textOf(decisionsPage.body({ ...facts, waiting: [answered] }, asked(true)))).not.toContain(
      '<form',
    );
  });

  it('without anything say what would bring it; long lists come in parts', async () => {
    const none = { pipelines: [], name: null, trends: [], lines: [], warnings: [] };
    expect(await textOf(monitoringPage.body(none, asked(false)))).toContain('aieng monitor');
    const many = Array.from({ length: 10_000 }, (_, at) => ({
      ...decision,
      run: `r${at}`,
      because: 'x',
      triggers: [],
    }));
    const facts = { pipelines: ['churn'], name: 'churn', waiting: [], decisions: many, warnings: [] };
    const page = await textOf(decisionsPage.body(facts, asked(false, 'part=3')));
    expect(page).toContain('4 of 200');
    expect(page.length).toBeLessThan(60_000);
    expect(await textOf(decisionsPage.body(facts, asked(false, 'part=99999')))).toContain('200 of 200');
  });
});

import { Fragment } from 'hono/jsx';
import { describe, expect, it } from 'vitest';
import type { LineageFacts } from './facts.ts';
import { graphOf } from './graph.tsx';
import { renderPage } from '../../render.ts';
import { lineagePage } from './lineage.tsx';

const hostile = '<img src=x onerror="x">&"\'long enough to be cut';
const nothing: LineageFacts = {
  name: 'churn',
  bundle: 'a'.repeat(64),
  version: null,
  aliases: [],
  unknown: 'It was made elsewhere.',
  run: null,
  source: null,
  snapshot: null,
  checks: null,
  features: null,
  model: null,
  retrained: null,
  images: [],
  files: [],
  served: [],
};
const made: LineageFacts = {
  ...nothing,
  unknown: null,
  version: 3,
  run: { id: '01JHX3Q4V5W6X7Y8Z9A0B1C2D3', command: 'run', at: 1, commit: null, dirty: false },
  source: { files: [hostile], parts: [] },
  snapshot: { digest: 'b'.repeat(64), rows: 14, columns: ['age'], quarantined: 0 },
  checks: { errors: 0, warnings: 2, first: [hostile] },
  features: { digest: 'c'.repeat(64), inputs: ['age'], train: 10, validation: 2, test: 2 },
  images: [
    {
      ...{
        image: 'sha256:1',
        reference: hostile,
        base: 'node:20',
        variant: 'serve',
        platform: 'linux/amd64',
      },
      ...{ at: 1, pushed: null },
    },
  ],
  served: [{ deployment: 'churn', from: 1, until: null, why: hostile }],
};
const retrained: LineageFacts = {
  ...made,
  checks: null,
  features: null,
  retrained: {
    run: '01JHX3Q4V5W6X7Y8Z9A0B1C2D3',
    at: 1,
    window: 'last-7-days',
    because: hostile,
    champion: { version: 2, bundle: 'd'.repeat(64) },
    rows: 5634,
    logged: { recent: 90, older: 12 },
    labels: [['given', 102]],
  },
};

describe.each([
  ['nothing', nothing],
  ['the stages of a run', made],
  ['a retraining', retrained],
])('the drawing of a bundle that is known by %s', (_, facts) => {
  it('goes from the left to the right, with each thing at a place of its own', () => {
    const nodes = graphOf(facts);
    const byId = new Map(nodes.map((node) => [node.id, node]));
    expect(new Set(nodes.map(({ column, row }) => `${column}/${row}`)).size).toBe(nodes.length);
    for (const { of, column } of nodes)
      for (const id of of) expect(byId.get(id)?.column ?? -1).toBeLessThan(column);
    const ends = nodes.filter(({ id }) => nodes.every(({ of }) => !of.includes(id))).map(({ id }) => id);
    expect(ends).toEqual(facts.images.length > 0 ? ['image', 'service'] : ['service']);
  });

  it('leads to pages and to cards that are there, and says no value as markup', async () => {
    const asked = { params: {}, query: new URLSearchParams(), write: false, csrf: '' };
    const page = await renderPage(Fragment({ children: await lineagePage.body(facts, asked) }));
    expect(page).not.toContain('<img');
    for (const [, id] of page.matchAll(/href="#(\w+)"/g)) expect(page).toContain(`<li id="${id}"`);
    for (const { kind } of graphOf(facts)) expect(page).toContain(`>${kind}</text>`);
  });
});

it('a bundle of a retraining is drawn with the log that taught it, its window and what replaced it', async () => {
  const nodes = graphOf(retrained);
  expect(nodes.find(({ id }) => id === 'snapshot')?.of).toEqual(['source', 'log']);
  expect(nodes.find(({ id }) => id === 'log')).toMatchObject({ name: 'last-7-days', row: 1 });
  expect(nodes.map(({ id }) => id)).not.toContain('features');
});

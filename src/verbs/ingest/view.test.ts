import { describe, expect, it } from 'vitest';
import { noInk } from '../../cli/render/ink.ts';
import { layout } from '../../cli/render/layout.ts';
import { samples } from './sample.ts';

const text = samples.map(({ blocks }) => layout(blocks, { columns: 100, ink: noInk })).join('\n');

describe('ingest tells', () => {
  it('file and line of a rejected record', () => {
    expect(text).toContain('data/customers.csv:17');
  });
});

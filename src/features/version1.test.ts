import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { apply, parseFeatures } from './index.ts';
import { asked } from './version1.rows.fixture.ts';

interface Case {
  readonly name: string;
  readonly fitted: unknown;
  /** Float32 cells in hexadecimal. */
  readonly dense: string;
}

/** Written by aieng 0.1: `features.json` of every transform, and what they made of the rows. Never to be written anew. */
const cases: readonly Case[] = JSON.parse(
  readFileSync(new URL('version1.fixture.json', import.meta.url), 'utf8'),
);

describe('features.json of aieng 0.1', () => {
  it.each(cases)('gives the same bits: $name', ({ fitted, dense }) => {
    const answered = apply(parseFeatures(fitted), asked).dense;
    expect(Buffer.from(answered.buffer).toString('hex')).toBe(dense);
  });
});

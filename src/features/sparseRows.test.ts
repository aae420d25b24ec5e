import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Table } from '../data/columns.ts';
import { featureRows } from './encode.ts';
import { fit } from './fit.ts';
import type { SparseRows } from './sparseRows.ts';
import type { FeaturesSpec } from './spec.ts';

const spec: FeaturesSpec = { auto: true, drop: [], features: [] };

/** All cells, zeros written out. */
function dense(sparse: SparseRows): Float32Array {
  const { rows, names } = sparse;
  const { starts, indices, values } = sparse.range(0, rows);
  const out = new Float32Array(rows * names.length);
  for (let row = 0; row < rows; row += 1)
    for (let k = starts[row]!; k < starts[row + 1]!; k += 1)
      out[row * names.length + indices[k]!] = values[k]!;
  return out;
}

const table: fc.Arbitrary<Table> = fc
  .array(fc.tuple(fc.integer({ min: -3, max: 3 }), fc.integer({ min: -1, max: 2 })), {
    minLength: 1,
    maxLength: 700,
  })
  .map((cells): Table => ({
    rows: cells.length + 2,
    columns: new Map([
      ['n', { kind: 'number', values: Float64Array.from([7, NaN, ...cells.map(([n]) => n)]) }],
      [
        'c',
        {
          kind: 'category',
          codes: Int32Array.from([0, 1, ...cells.map(([, code]) => code)]),
          dictionary: ['a', 'b', 'c'],
        },
      ],
    ]),
  }));

describe('sparse rows', () => {
  it('hold what dense rows hold', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const features = featureRows(fit(spec, rows, []), rows);
        const out = new Float32Array(rows.rows * features.blocks.names.length);
        features.blocks.range(0, rows.rows, out);
        expect(features.sparse.names).toEqual(features.blocks.names);
        expect(features.sparse.width).toBe(features.blocks.names.length);
        expect(dense(features.sparse)).toEqual(out.map((value) => value + 0));
        const [from, to] = [Math.floor(rows.rows / 3), rows.rows - 1];
        const [all, some] = [features.sparse.range(0, rows.rows), features.sparse.range(from, to)];
        expect(some.rows).toBe(to - from);
        expect(some.values).toEqual(all.values.slice(all.starts[from], all.starts[to]));
        expect(some.indices).toEqual(all.indices.slice(all.starts[from], all.starts[to]));
      }),
      { numRuns: 30 },
    );
  });

  it('come part after part with the same cells, each once', () => {
    fc.assert(
      fc.property(table, (rows) => {
        const { sparse } = featureRows(fit(spec, rows, []), rows);
        const { width } = sparse;
        const [from, to] = [Math.floor(rows.rows / 3), rows.rows - 1];
        const cells = new Float32Array((to - from) * width).fill(NaN);
        const reached = new Int32Array(to - from);
        sparse.parts?.(from, to, (part) => {
          for (let row = part.row; row < part.row + part.rows; row += 1) {
            expect(reached[row]).toBe(part.first);
            reached[row]! += part.width;
            const start = (row - part.row) * part.width;
            const one = part.kind === 'ones' ? part.places[row - part.row]! : -1;
            const own =
              part.kind === 'dense'
                ? part.cells.subarray(start, start + part.width)
                : Float32Array.from({ length: part.width }, (_, place) => (place === one ? 1 : 0));
            cells.set(own, row * width + part.first);
          }
        });
        expect(reached.every((places) => places === width)).toBe(true);
        expect(cells.map((cell) => cell + 0)).toEqual(dense(sparse).slice(from * width, to * width));
      }),
      { numRuns: 30 },
    );
  });

  it('hold every cell of a sparse column, of which dense rows hold some', () => {
    const values = Array.from({ length: 40 }, (_, i) => `all of them w${i % 20} w${(i * 7) % 20}`);
    const texts: Table = {
      rows: 40,
      columns: new Map([
        ['n', { kind: 'number', values: Float64Array.from(values.keys()) }],
        ['t', { kind: 'text', values: ['', null, ...values.slice(2)] }],
      ]),
    };
    const steps = [
      { transform: 'tfidf', params: {} },
      { transform: 'most_filled', params: { count: 4 } },
    ];
    const fitted = fit(
      {
        auto: false,
        drop: [],
        features: [
          { column: 't', steps },
          { column: 'n', steps: [] },
        ],
      },
      texts,
      [],
    );
    const { blocks, sparse, prepared } = featureRows(fitted, texts);
    expect(sparse.parts).toBeUndefined();
    const [n, words] = prepared.columns;
    if (n?.kind !== 'number' || words?.kind !== 'sparse') throw new Error('n stands first, as in the table');
    expect(blocks.names).toHaveLength(5);
    expect(sparse.names).toHaveLength(1 + words.size);
    expect(sparse.names[0]).toBe('n');
    expect(sparse.names[1]).toMatch(/^t:words \d+$/);
    const cells = dense(sparse);
    for (let row = 0; row < 40; row += 1) {
      expect(cells[row * sparse.names.length]).toBe(n.values[row]);
      for (let k = words.starts[row]!; k < words.starts[row + 1]!; k += 1)
        expect(cells[row * sparse.names.length + 1 + words.indices[k]!]).toBe(words.values[k]);
    }
    // The cells that dense rows hold are among them, with the same values.
    const out = new Float32Array(40 * 5);
    blocks.range(0, 40, out);
    for (const [place, name] of blocks.names.entries()) {
      const at = sparse.names.indexOf(name);
      for (let row = 0; row < 40; row += 1)
        expect(out[row * 5 + place]).toBe(cells[row * sparse.names.length + at]);
    }
  });
});

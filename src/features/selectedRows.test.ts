import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeatureRows } from './encode.ts';
import { featureRows } from './encode.ts';
import { fit } from './fit.ts';
import { joinFeatureRows, takeFeatureRows } from './selectedRows.ts';
import { tableFromRows } from '../data/rows.ts';
import { takeRows } from '../data/columns.ts';
import type { RowSchema } from '../data/schema.ts';
import { createRandom } from '../random.ts';

const schema: RowSchema = {
  columns: [
    { name: 'age', kind: 'number', type: 'number', nullable: true, required: true, closed: false },
    { name: 'plan', kind: 'category', type: 'string', nullable: true, required: true, closed: false },
    { name: 'note', kind: 'text', type: 'string', nullable: true, required: true, closed: false },
  ],
  missing: [''],
};
const random = createRandom('selected');
const words = ['good', 'bad', 'slow', 'quick', 'parcel', 'broken', 'late'];
const rows = Array.from({ length: 60 }, (_, row) => ({
  age: row % 7 === 0 ? null : random.normal(),
  plan: row % 11 === 0 ? null : ['a', 'b', 'c'][row % 3]!,
  note: Array.from({ length: 4 }, () => words[random.integer(words.length)]).join(' '),
}));
const { table } = tableFromRows(rows, schema, ['age', 'plan', 'note']);
const fitted = fit({ auto: true, drop: [], features: [] }, table, []);

/** Everything that can be seen of rows. */
function seen(own: FeatureRows): unknown {
  const width = own.blocks.names.length;
  const range = new Float32Array(own.rows * width);
  own.blocks.range(0, own.rows, range);
  const some = Int32Array.from({ length: own.rows }, (_, at) => own.rows - 1 - at);
  const taken = new Float32Array(own.rows * width);
  own.blocks.take(some, taken);
  const cellsOf = ({
    starts,
    indices,
    values,
  }: Record<'starts' | 'indices', Int32Array> & { values: Float32Array }) =>
    Array.from({ length: own.rows }, (_, row) => [
      [...indices.subarray(starts[row], starts[row + 1])],
      [...values.subarray(starts[row], starts[row + 1])],
    ]);
  return {
    rows: own.rows,
    range,
    taken,
    prepared: own.prepared.columns.map((column) => (column.kind === 'sparse' ? cellsOf(column) : column)),
    sparse: [cellsOf(own.sparse.range(0, own.rows)), cellsOf(joinOf(own))],
    names: [own.blocks.names, own.sparse.names, own.columns],
  };
}

/** The same in two pieces. */
function joinOf(own: FeatureRows) {
  const half = own.rows >> 1;
  const [one, other] = [own.sparse.range(0, half), own.sparse.range(half, own.rows)];
  const values = Float32Array.from([...one.values, ...other.values]);
  const indices = Int32Array.from([...one.indices, ...other.indices]);
  const starts = Int32Array.from([
    ...one.starts,
    ...other.starts.subarray(1).map((at) => at + one.indices.length),
  ]);
  return { starts, indices, values };
}

const positions = fc.array(fc.nat(rows.length - 1), { maxLength: 30 }).map((some) => Int32Array.from(some));

describe('selected rows', () => {
  it('are what the rows themselves would have given, in every form', () => {
    fc.assert(
      fc.property(positions, (some) => {
        const whole = featureRows(fitted, table);
        expect(seen(takeFeatureRows(whole, some))).toEqual(seen(featureRows(fitted, takeRows(table, some))));
      }),
      { numRuns: 30 },
    );
  });

  it('of two parts are what both together would have given', () => {
    fc.assert(
      fc.property(positions, positions, (one, other) => {
        const part = (some: Int32Array): FeatureRows => featureRows(fitted, takeRows(table, some));
        const both = Int32Array.from([...one, ...other]);
        expect(seen(joinFeatureRows(part(one), part(other)))).toEqual(seen(part(both)));
        const again = Int32Array.from(both.keys()).reverse();
        expect(seen(takeFeatureRows(joinFeatureRows(part(one), part(other)), again))).toEqual(
          seen(part(both.map((_, at) => both.at(-1 - at)!))),
        );
      }),
      { numRuns: 30 },
    );
  });
});

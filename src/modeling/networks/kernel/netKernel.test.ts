import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../random.ts';
import { NetMemory, woven } from './netKernel.ts';

/** Each cell summed up in the order of the inner dimension, every step rounded to float32. */
function product(
  left: (row: number, place: number) => number,
  right: (place: number, column: number) => number,
  bias: ArrayLike<number>,
  [rows, inner, columns]: readonly [number, number, number],
): Float32Array {
  return Float32Array.from({ length: rows * columns }, (_, at) => {
    const [row, column] = [Math.floor(at / columns), at % columns];
    let sum = bias[column]!;
    for (let place = 0; place < inner; place += 1)
      sum = Math.fround(sum + Math.fround(left(row, place) * right(place, column)));
    return sum;
  });
}

const size = fc.integer({ min: 1, max: 19 });

describe('a product of the kernel', () => {
  it('is the sum in the order of the inner dimension, bit for bit, for any sizes', () => {
    fc.assert(
      fc.property(size, size, size, fc.integer(), fc.boolean(), (rows, inner, columns, seed, relu) => {
        const random = createRandom(seed);
        const counts = [
          rows * inner,
          inner * columns,
          woven(columns),
          inner * woven(columns),
          rows * columns,
        ];
        const memory = new NetMemory([...counts, rows * columns + 1]);
        const [left, right, bias, panels, into] = counts.map((count) => memory.take(count));
        const beyond = memory.take(1);
        for (const cells of [left!, right!]) cells.forEach((_, at) => (cells[at] = random.normal()));
        for (let column = 0; column < columns; column += 1) bias![column] = random.normal();
        const sizes = [rows, inner, columns] as const;
        const cell = (at: number, step: number) => (row: number, column: number) =>
          (at === 0 ? left! : right!)[row * step + column]!;
        memory.weave(right!, inner, columns, panels!);
        memory.multiply(left!, panels!, bias!, into!, ...sizes, relu);
        const plain = product(cell(0, inner), cell(1, columns), bias!, sizes);
        expect(into!).toEqual(relu ? plain.map((sum) => (sum < 0 ? 0 : sum)) : plain);
        expect(beyond[0]).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it('takes the transpose of either side', () => {
    fc.assert(
      fc.property(size, size, size, fc.integer(), (rows, inner, columns, seed) => {
        const random = createRandom(seed);
        const counts = [
          rows * inner,
          inner * columns,
          woven(columns),
          inner * woven(columns),
          rows * columns,
        ];
        const memory = new NetMemory(counts);
        const [left, right, nothing, panels, into] = counts.map((count) => memory.take(count));
        for (const cells of [left!, right!]) cells.forEach((_, at) => (cells[at] = random.normal()));
        memory.weaveTransposed(right!, columns, inner, panels!);
        memory.multiplyTransposed(left!, panels!, nothing!, into!, rows, inner, columns);
        const expected = product(
          (row, place) => left![place * rows + row]!,
          (place, column) => right![column * inner + place]!,
          nothing!,
          [rows, inner, columns],
        );
        expect(into!).toEqual(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('lets derivatives pass where a unit was active, scaled', () => {
    const memory = new NetMemory([7, 7]);
    const [units, derivatives] = [memory.take(7), memory.take(7)];
    units.set([1, 0, -1, 2, 0.5, 0, 3]);
    derivatives.set([1, 2, 3, 4, 5, 6, 7]);
    memory.pass(units, 7, 2, derivatives);
    expect([...derivatives]).toEqual([2, 0, 0, 8, 10, 0, 14]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../random.ts';
import {
  checkGolden,
  chooseGolden,
  decodeFloat32,
  encodeFloat32,
  recordGolden,
  sameBackend,
} from './golden.ts';

const backend = { name: 'wasm', version: '4.22.0' } as const;

describe('float32 in hexadecimal', () => {
  it('is little-endian and loses no bit', () => {
    expect(encodeFloat32(Float32Array.of(1, -2))).toBe('0000803f000000c0');
    fc.assert(
      fc.property(fc.float32Array({ noNaN: true }), (values) => {
        const back = decodeFloat32(encodeFloat32(values));
        expect(back.length).toBe(values.length);
        expect(values.every((value, i) => Object.is(value, back[i]))).toBe(true);
      }),
    );
  });
});

describe('chooseGolden', () => {
  const cells = new Map<string, (row: number) => string | number | null>([
    ['mostly', (row) => (row === 777 ? null : row % 10)],
    ['word', (row) => (row === 31 ? 'rare' : 'usual')],
    ['number', (row) => (row === 500 ? 1e6 : row === 501 ? -1e6 : 0)],
  ]);
  const candidates = {
    rows: 1000,
    columns: [...cells.keys()],
    cell: (row: number, name: string) => cells.get(name)?.(row) ?? null,
  };

  it('takes the rows that are odd: missing cells, extremes, rare words', () => {
    const chosen = [...chooseGolden(candidates, 20, createRandom(1))];
    expect(chosen).toEqual(expect.arrayContaining([777, 31, 500, 501]));
    expect(chosen).toHaveLength(20);
    expect(chosen).toEqual([...chosen].sort((a, b) => a - b));
    expect(chosen).toEqual([...chooseGolden(candidates, 20, createRandom(1))]);
  });

  it('prefers missing cells when there is little room, and takes what there is', () => {
    expect([...chooseGolden(candidates, 1, createRandom(1))]).toEqual([777]);
    expect([...chooseGolden({ ...candidates, rows: 3 }, 20, createRandom(1))]).toEqual([0, 1, 2]);
    expect(chooseGolden({ ...candidates, rows: 0 }, 20, createRandom(1))).toHaveLength(0);
  });
});

describe('checkGolden', () => {
  const replay = {
    features: [Float32Array.of(1, 0.1), Float32Array.of(0, 0)],
    scores: [
      [0.25, 0.75],
      [0.5, 0.5],
    ],
  };
  const golden = recordGolden(backend, [{ a: 1 }, { a: null }], replay);
  const nudged = {
    ...replay,
    scores: [
      [0.25, 0.75],
      [0.500001, 0.499999],
    ],
  };

  it('finds nothing when all is as it was', () => {
    expect(checkGolden(golden, replay, true)).toEqual([]);
    expect(checkGolden(JSON.parse(JSON.stringify(golden)), replay, true)).toEqual([]);
  });

  it('asks for equal scores on the same backend, for close ones on another', () => {
    expect(checkGolden(golden, nudged, true)).toMatchObject([{ row: 1, what: 'scores' }]);
    expect(checkGolden(golden, nudged, false)).toEqual([]);
    const far = {
      ...replay,
      scores: [
        [0.25, 0.75],
        [0.5001, 0.4999],
      ],
    };
    expect(checkGolden(golden, far, false)).toMatchObject([{ row: 1, what: 'scores' }]);
    expect(
      checkGolden(
        golden,
        {
          ...replay,
          scores: [
            [0.25, NaN],
            [0.5, 0.5],
          ],
        },
        false,
      ),
    ).toMatchObject([{ row: 0 }]);
    expect(sameBackend(backend, { ...backend })).toBe(true);
    expect(sameBackend(backend, { ...backend, version: '5' })).toBe(false);
  });

  it('asks for features bit for bit on any backend, and names the first that differs', () => {
    const features = [Float32Array.of(1, 0.1), Float32Array.of(0, -0)];
    expect(checkGolden(golden, { ...replay, features }, false)).toMatchObject([
      { row: 1, what: 'features', message: expect.stringContaining('feature 1') },
    ]);
    const wider = [Float32Array.of(1, 0.1, 3), Float32Array.of(0, 0)];
    expect(checkGolden(golden, { ...replay, features: wider }, false)[0]?.message).toContain(
      '3 features, expected 2',
    );
  });

  it('compares prepared columns by their bytes, and names the first that differs', () => {
    const seen = (age: string, plan: string) => ({ names: ['age', 'plan'], cells: [age, plan] });
    const one = { features: [seen('0000000000004540', '01000000')], scores: [[1]] };
    const kept = recordGolden(backend, [{ age: 42 }], one);
    expect(kept.rows[0]).toMatchObject({ features: '', prepared: ['0000000000004540', '01000000'] });
    expect(checkGolden(JSON.parse(JSON.stringify(kept)), one, true)).toEqual([]);
    const older = { ...one, features: [seen('0000000000804540', '01000000')] };
    expect(checkGolden(kept, older, false)).toMatchObject([
      { row: 0, what: 'features', message: 'golden row 0: prepared column age is 43, expected 42' },
    ]);
    const fewer = { ...one, features: [{ names: ['age'], cells: ['0000000000004540'] }] };
    expect(checkGolden(kept, fewer, true)[0]?.message).toContain('is nothing, expected 01000000');
  });

  it('compares rows without their zeros by place and value', () => {
    const seen = (names: string[], ...cells: string[]) => ({ names, cells, sparse: true as const });
    const [half, one] = ['020000000000003f', '030000000000803f'];
    const kept = recordGolden(backend, [{ age: 42 }], {
      features: [seen(['age', 'plan=b'], half, one)],
      scores: [[1]],
    });
    const asked = (now: ReturnType<typeof seen>) =>
      checkGolden(kept, { features: [now], scores: [[1]] }, true);
    expect(asked(seen(['age', 'plan=b'], half, one))).toEqual([]);
    expect(asked(seen(['age'], half))[0]?.message).toBe(
      'golden row 0: feature 1 is nothing, expected 1 at place 3',
    );
    expect(asked(seen(['plan=b'], one))[0]?.message).toBe(
      'golden row 0: feature plan=b is 1 at place 3, expected 0.5 at place 2',
    );
  });

  it('holds all forms of a blend, and compares all', () => {
    const seen = (age: string, block: number) => [{ names: ['age'], cells: [age] }, Float32Array.of(block)];
    const one = { features: [seen('0000000000004540', 0.5)], scores: [[1]] };
    const kept = recordGolden(backend, [{ age: 42 }], one);
    expect(kept.rows[0]).toMatchObject({ features: '0000003f', prepared: ['0000000000004540'] });
    expect(checkGolden(kept, one, true)).toEqual([]);
    const older = { ...one, features: [seen('0000000000804540', 0.5)] };
    expect(checkGolden(kept, older, true)[0]?.message).toContain('prepared column age is 43');
    const other = { ...one, features: [seen('0000000000004540', 1)] };
    expect(checkGolden(kept, other, true)[0]?.message).toBe('golden row 0: feature 0 is 1, expected 0.5');
  });

  it('misses no row', () => {
    expect(checkGolden(golden, { features: [], scores: [] }, false)).toHaveLength(2);
    expect(() => recordGolden(backend, [{}, {}, {}], replay)).toThrow(RangeError);
  });
});

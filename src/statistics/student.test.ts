import { describe, expect, it } from 'vitest';
import { studentTail } from './student.ts';

describe("Student's t", () => {
  // scipy.stats.t.sf(t, dof), scipy 1.17.1.
  it.each([
    [0, 5, 0.5],
    [2, 1, 0.14758361765043326],
    [2.776445105, 4, 0.02500000000505973],
    [1.5, 9, 0.08392532802853753],
    [-1.5, 9, 0.9160746719714625],
    [1.9623414611334487, 999, 0.025],
    [4, 149, 4.971768637152937e-5],
    [8, 9999, 6.910676719143854e-16],
  ])('P(T ≥ %d) at %d degrees of freedom', (t, dof, expected) => {
    expect(studentTail(t, dof) / expected).toBeCloseTo(1, 8);
  });
});

// The kernel that trains networks: matrix products in float32, four lanes at a time.
//
// Every number of a product is summed up in the order of the inner dimension by one sum, beginning with the bias: its
// bits depend neither on how many rows or columns there are nor on how they are dealt out, and are the same on every
// machine. Multiplication and addition are rounded apart, as everywhere in WebAssembly.
//
// AssemblyScript. `node scripts/kernel.mjs` compiles it into `src/modeling/networks/kernel/netKernelBytes.ts`. It allocates
// nothing and uses nothing of a library; places in memory are in bytes.

/** Columns of a panel: two vectors. */
const WIDE: usize = 8;

/**
 * Weaves a matrix (rows × columns, row-major) into panels of eight columns, each row after row; what is beyond the last
 * column is 0.
 */
export function weave(from: usize, rows: usize, columns: usize, into: usize): void {
  for (let first: usize = 0; first < columns; first += WIDE) {
    const own = columns - first;
    let at = from + (first << 2);
    if (own >= WIDE) {
      for (let row: usize = 0; row < rows; row++, at += columns << 2, into += 32) {
        v128.store(into, v128.load(at));
        v128.store(into, v128.load(at, 16), 16);
      }
      continue;
    }
    const zero = f32x4.splat(0);
    for (let row: usize = 0; row < rows; row++, at += columns << 2, into += 32) {
      v128.store(into, zero);
      v128.store(into, zero, 16);
      for (let column: usize = 0; column < own; column++)
        store<f32>(into + (column << 2), load<f32>(at + (column << 2)));
    }
  }
}

/** Weaves the transpose of a matrix (rows × columns, row-major): eight of its rows are the columns of a panel. */
export function weaveTransposed(from: usize, rows: usize, columns: usize, into: usize): void {
  const stride = columns << 2;
  for (let first: usize = 0; first < rows; first += WIDE) {
    const own = min<usize>(rows - first, WIDE);
    let at = from + first * stride;
    for (let column: usize = 0; column < columns; column++, at += 4, into += 32) {
      let cell = at;
      let to = into;
      for (let row: usize = 0; row < own; row++, cell += stride, to += 4) store<f32>(to, load<f32>(cell));
      for (let row = own; row < WIDE; row++, to += 4) store<f32>(to, 0);
    }
  }
}

// @ts-ignore: decorator
@inline
function put(into: usize, own: usize, low: v128, high: v128, relu: bool): void {
  const zero = f32x4.splat(0);
  // What is not a number stays so.
  const a = relu ? v128.bitselect(zero, low, f32x4.lt(low, zero)) : low;
  const b = relu ? v128.bitselect(zero, high, f32x4.lt(high, zero)) : high;
  if (own >= WIDE) {
    v128.store(into, a);
    v128.store(into, b, 16);
    return;
  }
  store<f32>(into, f32x4.extract_lane(a, 0));
  if (own > 1) store<f32>(into, f32x4.extract_lane(a, 1), 4);
  if (own > 2) store<f32>(into, f32x4.extract_lane(a, 2), 8);
  if (own > 3) store<f32>(into, f32x4.extract_lane(a, 3), 12);
  if (own > 4) store<f32>(into, f32x4.extract_lane(b, 0), 16);
  if (own > 5) store<f32>(into, f32x4.extract_lane(b, 1), 20);
  if (own > 6) store<f32>(into, f32x4.extract_lane(b, 2), 24);
}

/**
 * `into (rows × columns) = bias + left · right`, cut off at 0 with `relu`. The cell of row r and place i of `left` lies at
 * `r · rowStep + i · step` bytes, so that it may be a matrix or its transpose. `right` and `bias` are woven.
 */
export function multiply(
  left: usize,
  rowStep: usize,
  step: usize,
  panels: usize,
  bias: usize,
  into: usize,
  rows: usize,
  inner: usize,
  columns: usize,
  relu: bool,
): void {
  const stride = columns << 2;
  for (let first: usize = 0; first < columns; first += WIDE, bias += 32, panels += inner << 5) {
    const own = columns - first;
    const low = v128.load(bias);
    const high = v128.load(bias, 16);
    let out = into + (first << 2);
    let at = left;
    let row: usize = 0;
    for (; row + 4 <= rows; row += 4, at += rowStep << 2, out += stride << 2) {
      let a0 = low;
      let a1 = high;
      let b0 = low;
      let b1 = high;
      let c0 = low;
      let c1 = high;
      let d0 = low;
      let d1 = high;
      let one = at;
      let two = at + rowStep;
      let three = two + rowStep;
      let four = three + rowStep;
      let panel = panels;
      const end = panels + (inner << 5);
      for (; panel < end; panel += 32) {
        const x = v128.load(panel);
        const y = v128.load(panel, 16);
        let cell = v128.load32_splat(one);
        a0 = f32x4.add(a0, f32x4.mul(cell, x));
        a1 = f32x4.add(a1, f32x4.mul(cell, y));
        cell = v128.load32_splat(two);
        b0 = f32x4.add(b0, f32x4.mul(cell, x));
        b1 = f32x4.add(b1, f32x4.mul(cell, y));
        cell = v128.load32_splat(three);
        c0 = f32x4.add(c0, f32x4.mul(cell, x));
        c1 = f32x4.add(c1, f32x4.mul(cell, y));
        cell = v128.load32_splat(four);
        d0 = f32x4.add(d0, f32x4.mul(cell, x));
        d1 = f32x4.add(d1, f32x4.mul(cell, y));
        one += step;
        two += step;
        three += step;
        four += step;
      }
      put(out, own, a0, a1, relu);
      put(out + stride, own, b0, b1, relu);
      put(out + (stride << 1), own, c0, c1, relu);
      put(out + stride * 3, own, d0, d1, relu);
    }
    for (; row < rows; row++, at += rowStep, out += stride) {
      let a0 = low;
      let a1 = high;
      let one = at;
      let panel = panels;
      const end = panels + (inner << 5);
      for (; panel < end; panel += 32, one += step) {
        const cell = v128.load32_splat(one);
        a0 = f32x4.add(a0, f32x4.mul(cell, v128.load(panel)));
        a1 = f32x4.add(a1, f32x4.mul(cell, v128.load(panel, 16)));
      }
      put(out, own, a0, a1, relu);
    }
  }
}

/** Derivatives behind a relu, in place: `scale` times what comes back where the unit let something through, else 0. */
export function pass(units: usize, count: usize, scale: f32, derivatives: usize): void {
  const zero = f32x4.splat(0);
  const by = f32x4.splat(scale);
  const end = units + (count << 2);
  const vectors = units + ((count & ~3) << 2);
  for (; units < vectors; units += 16, derivatives += 16)
    v128.store(
      derivatives,
      v128.and(f32x4.mul(v128.load(derivatives), by), f32x4.gt(v128.load(units), zero)),
    );
  for (; units < end; units += 4, derivatives += 4)
    store<f32>(derivatives, load<f32>(units) > 0 ? load<f32>(derivatives) * scale : 0);
}

// The kernel that grows trees: sums of gradient and curvature by bin, rows dealt out to the sides of a split, and sums of
// rows moved by their leaves. Rows stand as bins in linear memory twice: column by column, by which they are dealt out, and
// four columns woven together, by which they are summed up (`src/modeling/families/gbdt/kernel/memory.ts` lays both out).
//
// One leaf is summed up by blocks of columns; the derivatives of its rows are laid side by side, and its rows dealt out, by
// chunks of rows. Threads take blocks and chunks as they come. A block is summed by one of them in the order of the rows,
// what chunks come to is put together in their order, and how rows are cut into chunks is a matter of how many they are: so
// that all is the same bits for any number of threads.
//
// AssemblyScript. `node scripts/kernel.mjs` compiles it into `src/modeling/families/gbdt/kernel/treeKernelBytes.ts`. It allocates
// nothing and uses nothing of a library.

// What threads agree on stands at the beginning of memory, behind the first 1,024 bytes, which the compiler takes for unused.
/** Generation of the work in the upper half, the block that is taken next in the lower. */
const TICKET: usize = 1088;
/** Counts what there was to do: waited for by helpers. On a line of its own, as the ticket. */
const CALLS: usize = 1152;
const ENDED: usize = 1156;
/** Set by a helper that fails. */
const FAILED: usize = 1160;
/** Blocks that are done: waited for by the thread that asked. */
const DONE: usize = 1216;
const GENERATION: usize = 1280;
const COUNT: usize = 1284;
const ORDER: usize = 1288;
const ROWS: usize = 1292;
const DERIVATIVES: usize = 1296;
const INTO: usize = 1300;
/** The histogram of the parent, which becomes that of the other child; 0 = there is none. */
const PARENT: usize = 1304;
const TABLE: usize = 1308;
/** What is to be done: the blocks of `fill`, the chunks of `gather` or those of `partition`. */
const KIND: usize = 1312;
const FILLING: u32 = 0;
const GATHERING: u32 = 1;
const PARTING: u32 = 2;
/** Of partition: where those that go right are put, the column, its width, which bins go left. */
const SPARE: usize = 1316;
const BINS: usize = 1320;
const WIDE: usize = 1324;
const GOES_LEFT: usize = 1328;
/** By chunk: its two sums, or how many of its rows went left. */
const CHUNKS: usize = 1536;
const MOST_CHUNKS: u32 = 32;
/** Fewer rows are one chunk. */
const LEAST_CHUNK: u32 = 32768;

// A block in the table: columns that are summed, 0 = one column of 16-bit bins · the woven bins · first byte in a
// histogram · bytes there · by column its place in a woven word, and its first byte in a histogram.
const BLOCK_BYTES: usize = 48;

// @ts-ignore: decorator
@inline
function add(sums: usize, bin: usize, derivatives: v128): void {
  const at = sums + (bin << 4);
  v128.store(at, f64x2.add(v128.load(at), derivatives));
}

function addFour(bins: usize, a: usize, b: usize, c: usize, d: usize): void {
  let order = <usize>load<u32>(ORDER);
  let derivatives = <usize>load<u32>(DERIVATIVES);
  const end = order + (<usize>load<u32>(ROWS) << 2);
  for (; order < end; order += 4, derivatives += 16) {
    const own = v128.load(derivatives);
    const row = bins + (<usize>load<u32>(order) << 2);
    add(a, load<u8>(row), own);
    add(b, load<u8>(row, 1), own);
    add(c, load<u8>(row, 2), own);
    add(d, load<u8>(row, 3), own);
  }
}

function addThree(first: usize, second: usize, third: usize, a: usize, b: usize, c: usize): void {
  let order = <usize>load<u32>(ORDER);
  let derivatives = <usize>load<u32>(DERIVATIVES);
  const end = order + (<usize>load<u32>(ROWS) << 2);
  for (; order < end; order += 4, derivatives += 16) {
    const own = v128.load(derivatives);
    const row = <usize>load<u32>(order) << 2;
    add(a, load<u8>(first + row), own);
    add(b, load<u8>(second + row), own);
    add(c, load<u8>(third + row), own);
  }
}

function addTwo(first: usize, second: usize, a: usize, b: usize): void {
  let order = <usize>load<u32>(ORDER);
  let derivatives = <usize>load<u32>(DERIVATIVES);
  const end = order + (<usize>load<u32>(ROWS) << 2);
  for (; order < end; order += 4, derivatives += 16) {
    const own = v128.load(derivatives);
    const row = <usize>load<u32>(order) << 2;
    add(a, load<u8>(first + row), own);
    add(b, load<u8>(second + row), own);
  }
}

function addOne(bins: usize, a: usize): void {
  let order = <usize>load<u32>(ORDER);
  let derivatives = <usize>load<u32>(DERIVATIVES);
  const end = order + (<usize>load<u32>(ROWS) << 2);
  for (; order < end; order += 4, derivatives += 16)
    add(a, load<u8>(bins + (<usize>load<u32>(order) << 2)), v128.load(derivatives));
}

function addWide(bins: usize, a: usize): void {
  let order = <usize>load<u32>(ORDER);
  let derivatives = <usize>load<u32>(DERIVATIVES);
  const end = order + (<usize>load<u32>(ROWS) << 2);
  for (; order < end; order += 4, derivatives += 16)
    add(a, load<u16>(bins + (<usize>load<u32>(order) << 1)), v128.load(derivatives));
}

/** parent − child, in the place of the parent. */
function subtract(parent: usize, child: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16)
    v128.store(parent + at, f64x2.sub(v128.load(parent + at), v128.load(child + at)));
}

/** Zeros. Not by `memory.fill`: a helper may not know yet that memory has grown, and would be told that it ends before. */
function clear(sums: usize, bytes: usize): void {
  for (let at: usize = 0; at < bytes; at += 16) v128.store(sums + at, i64x2.splat(0));
}

function fillBlock(block: usize): void {
  const columns = load<u32>(block);
  const bins = <usize>load<u32>(block, 4);
  const start = <usize>load<u32>(block, 8);
  const bytes = <usize>load<u32>(block, 12);
  const into = <usize>load<u32>(INTO);
  clear(into + start, bytes);
  const first = bins + load<u32>(block, 16);
  const second = bins + load<u32>(block, 20);
  const third = bins + load<u32>(block, 24);
  const a = into + load<u32>(block, 32);
  const b = into + load<u32>(block, 36);
  const c = into + load<u32>(block, 40);
  if (columns == 4) addFour(bins, a, b, c, into + load<u32>(block, 44));
  else if (columns == 3) addThree(first, second, third, a, b, c);
  else if (columns == 2) addTwo(first, second, a, b);
  else if (columns == 1) addOne(first, a);
  else addWide(bins, a);
  const parent = <usize>load<u32>(PARENT);
  if (parent != 0) subtract(parent + start, into + start, bytes);
}

/** Rows of a chunk of so many: an even number, and no more than `MOST_CHUNKS` of them. */
function chunkRows(rows: u32): u32 {
  const even = (rows / MOST_CHUNKS + 2) & ~1;
  return even > LEAST_CHUNK ? even : LEAST_CHUNK;
}

function chunksOf(rows: u32): u32 {
  const size = chunkRows(rows);
  return rows <= size ? 1 : (rows + size - 1) / size;
}

function gatherChunk(chunk: u32): void {
  const rows = load<u32>(ROWS);
  const size = chunkRows(rows);
  const from = chunk * size;
  const own = rows - from < size ? rows - from : size;
  gatherRows(
    <usize>load<u32>(DERIVATIVES),
    <usize>load<u32>(ORDER) + (<usize>from << 2),
    own,
    <usize>load<u32>(INTO) + (<usize>from << 4),
    CHUNKS + (<usize>chunk << 4),
  );
}

function partChunk(chunk: u32): void {
  const rows = load<u32>(ROWS);
  const size = chunkRows(rows);
  const from = chunk * size;
  const own = rows - from < size ? rows - from : size;
  const at = <usize>from << 2;
  const left = partRows(
    <usize>load<u32>(BINS),
    load<u32>(WIDE) != 0,
    <usize>load<u32>(GOES_LEFT),
    <usize>load<u32>(ORDER) + at,
    own,
    <usize>load<u32>(SPARE) + at,
  );
  store<u32>(CHUNKS + (<usize>chunk << 2), left);
}

/** Takes blocks or chunks until there are none. */
function takeBlocks(): void {
  while (true) {
    const ticket = atomic.add<u64>(TICKET, 1);
    const count = atomic.load<u32>(COUNT);
    // Who was late took a ticket of work that is over: what stands here is other work's, or about to be.
    if (atomic.load<u32>(GENERATION) != <u32>(ticket >> 32)) return;
    const block = <u32>ticket;
    if (block >= count) return;
    const kind = load<u32>(KIND);
    if (kind == FILLING) fillBlock(<usize>load<u32>(TABLE) + <usize>block * BLOCK_BYTES);
    else if (kind == GATHERING) gatherChunk(block);
    else partChunk(block);
    if (atomic.add<u32>(DONE, 1) + 1 == count) atomic.notify(DONE, 1);
  }
}

/** From here on tickets of before are void: who takes one does nothing, and what is to be done may be written down. */
function prepareWork(kind: u32): void {
  atomic.add<u32>(GENERATION, 1);
  store<u32>(KIND, kind);
}

/** Does so many blocks or chunks, with helpers or without. False where a helper died with its own. */
function work(count: u32, helped: bool): bool {
  atomic.store<u32>(COUNT, count);
  atomic.store<u32>(DONE, 0);
  atomic.store<u64>(TICKET, <u64>atomic.load<u32>(GENERATION) << 32);
  if (helped) {
    atomic.add<u32>(CALLS, 1);
    atomic.notify(CALLS, -1);
  }
  takeBlocks();
  for (let waited = 0; waited < 120; waited += 1) {
    for (let spin = 0; spin < 2000; spin += 1) if (atomic.load<u32>(DONE) == count) return true;
    const done = atomic.load<u32>(DONE);
    if (done == count) return true;
    if (atomic.load<u32>(FAILED) != 0) return false;
    // Woken by the last block; a second is for one that was missed.
    atomic.wait<i32>(DONE, <i32>done, 1000000000);
  }
  return false;
}

/**
 * Fills a histogram with the sums of rows, of which `derivatives` stand in the same order, and takes them off the parent's.
 * False where a helper died with its block.
 */
export function fill(
  table: usize,
  count: u32,
  order: usize,
  rows: u32,
  derivatives: usize,
  into: usize,
  parent: usize,
  helped: bool,
): bool {
  prepareWork(FILLING);
  store<u32>(TABLE, <u32>table);
  store<u32>(ORDER, <u32>order);
  store<u32>(ROWS, rows);
  store<u32>(DERIVATIVES, <u32>derivatives);
  store<u32>(INTO, <u32>into);
  store<u32>(PARENT, <u32>parent);
  return work(count, helped);
}

/** What a helper does until it is told to end. */
export function help(): void {
  let calls: i32 = 0;
  while (true) {
    atomic.wait<i32>(CALLS, calls, -1);
    calls = atomic.load<i32>(CALLS);
    if (atomic.load<i32>(ENDED) != 0) return;
    takeBlocks();
  }
}

/** Tells helpers whether they are to end. */
export function endHelp(ended: bool): void {
  atomic.store<i32>(FAILED, 0);
  atomic.store<i32>(ENDED, <i32>ended);
  atomic.add<u32>(CALLS, 1);
  atomic.notify(CALLS, -1);
}

function gatherRows(derivatives: usize, order: usize, rows: u32, into: usize, sums: usize): void {
  const end = order + (<usize>rows << 2);
  let even = f64x2.splat(0);
  let odd = f64x2.splat(0);
  for (; order + 4 < end; order += 8, into += 32) {
    const first = v128.load(derivatives + (<usize>load<u32>(order) << 4));
    const second = v128.load(derivatives + (<usize>load<u32>(order, 4) << 4));
    v128.store(into, first);
    v128.store(into, second, 16);
    even = f64x2.add(even, first);
    odd = f64x2.add(odd, second);
  }
  if (order < end) {
    const last = v128.load(derivatives + (<usize>load<u32>(order) << 4));
    v128.store(into, last);
    even = f64x2.add(even, last);
  }
  v128.store(sums, f64x2.add(even, odd));
}

/**
 * Lays the derivatives of rows side by side in their order, and writes their two sums to `sums`. False where a helper died
 * with its chunk.
 */
export function gather(
  derivatives: usize,
  order: usize,
  rows: u32,
  into: usize,
  sums: usize,
  helped: bool,
): bool {
  const chunks = chunksOf(rows);
  if (chunks == 1) {
    gatherRows(derivatives, order, rows, into, sums);
    return true;
  }
  prepareWork(GATHERING);
  store<u32>(ORDER, <u32>order);
  store<u32>(ROWS, rows);
  store<u32>(DERIVATIVES, <u32>derivatives);
  store<u32>(INTO, <u32>into);
  if (!work(chunks, helped)) return false;
  let sum = v128.load(CHUNKS);
  for (let chunk: u32 = 1; chunk < chunks; chunk += 1)
    sum = f64x2.add(sum, v128.load(CHUNKS + (<usize>chunk << 4)));
  v128.store(sums, sum);
  return true;
}

/** Rows that go left stay at the front, in their order; those that go right are put into `spare`. Gives how many went left. */
function partRows(
  bins: usize,
  wide: bool,
  goesLeft: usize,
  order: usize,
  rows: u32,
  spare: usize,
): u32 {
  const end = order + (<usize>rows << 2);
  const start = order;
  let left = order;
  let right = spare;
  // Written to both, counted on one: a branch here would be guessed wrong half of the time.
  if (wide)
    for (; order < end; order += 4) {
      const row = load<u32>(order);
      const goes = <usize>load<u8>(goesLeft + load<u16>(bins + (<usize>row << 1))) << 2;
      store<u32>(left, row);
      store<u32>(right, row);
      left += goes;
      right += 4 - goes;
    }
  else
    for (; order < end; order += 4) {
      const row = load<u32>(order);
      const goes = <usize>load<u8>(goesLeft + load<u8>(bins + row)) << 2;
      store<u32>(left, row);
      store<u32>(right, row);
      left += goes;
      right += 4 - goes;
    }
  return <u32>((left - start) >> 2);
}

/**
 * Moves the rows that go left to the front, in their order, and those that go right behind them. Gives how many went left;
 * −1 where a helper died with its chunk. `goesLeft` has a 1 for each bin whose rows go left.
 */
export function partition(
  bins: usize,
  wide: bool,
  goesLeft: usize,
  order: usize,
  rows: u32,
  spare: usize,
  helped: bool,
): i32 {
  const chunks = chunksOf(rows);
  if (chunks == 1) {
    const left = partRows(bins, wide, goesLeft, order, rows, spare);
    memory.copy(order + (<usize>left << 2), spare, <usize>(rows - left) << 2);
    return <i32>left;
  }
  prepareWork(PARTING);
  store<u32>(ORDER, <u32>order);
  store<u32>(ROWS, rows);
  store<u32>(SPARE, <u32>spare);
  store<u32>(BINS, <u32>bins);
  store<u32>(WIDE, <u32>wide);
  store<u32>(GOES_LEFT, <u32>goesLeft);
  if (!work(chunks, helped)) return -1;
  const size = chunkRows(rows);
  let left = load<u32>(CHUNKS);
  for (let chunk: u32 = 1; chunk < chunks; chunk += 1) {
    const own = load<u32>(CHUNKS + (<usize>chunk << 2));
    memory.copy(order + (<usize>left << 2), order + (<usize>(chunk * size) << 2), <usize>own << 2);
    left += own;
  }
  let right = left;
  for (let chunk: u32 = 0; chunk < chunks; chunk += 1) {
    const from = chunk * size;
    const own = (rows - from < size ? rows - from : size) - load<u32>(CHUNKS + (<usize>chunk << 2));
    memory.copy(order + (<usize>right << 2), spare + (<usize>from << 2), <usize>own << 2);
    right += own;
  }
  return <i32>left;
}

/** Numbers `from` and up, one after the other. */
export function count(order: usize, rows: u32): void {
  for (let row: u32 = 0; row < rows; row += 1) store<u32>(order + (<usize>row << 2), row);
}

/**
 * Draws so many of the rows: those into `order`, the others into `others`, both ascending. As `choose` of `src/random.ts`, from
 * the same four words of state, which are left as it leaves them.
 */
export function draw(state: usize, rows: u32, wanted: u32, order: usize, others: usize): void {
  let a = load<u32>(state);
  let b = load<u32>(state, 4);
  let c = load<u32>(state, 8);
  let counter = load<u32>(state, 12);
  let left = wanted;
  let row: u32 = 0;
  for (; left > 0; row += 1) {
    const sum = a + b + counter;
    counter += 1;
    a = b ^ (b >> 9);
    b = c + (c << 3);
    c = rotl<u32>(c, 21) + sum;
    // Written to both, counted on one: a branch here would be guessed wrong often.
    const isTaken = <u32>(<f64>sum * <f64>(rows - row) < <f64>left * 4294967296);
    store<u32>(order, row);
    store<u32>(others, row);
    order += <usize>isTaken << 2;
    others += <usize>(1 - isTaken) << 2;
    left -= isTaken;
  }
  for (; row < rows; row += 1, others += 4) store<u32>(others, row);
  store<u32>(state, a);
  store<u32>(state, b, 4);
  store<u32>(state, c, 8);
  store<u32>(state, counter, 12);
}

/** Adds a value to the sums of rows, which are `stride` bytes apart. */
export function addValue(order: usize, rows: u32, value: f64, sums: usize, stride: u32): void {
  const end = order + (<usize>rows << 2);
  for (; order < end; order += 4) {
    const at = sums + <usize>load<u32>(order) * stride;
    store<f64>(at, load<f64>(at) + value);
  }
}

/** Constants of the log loss stand in memory: in code each would be put together anew in every turn of the loop. */
const CONSTANTS: usize = 1344;
const ONE: usize = CONSTANTS;
const FURTHEST: usize = CONSTANTS + 8;
const PER_LN2: usize = CONSTANTS + 16;
const LN2_HIGH: usize = CONSTANTS + 24;
const LN2_LOW: usize = CONSTANTS + 32;
/** Added to a number, its whole part stands in the lowest bits of the sum. */
const WHOLE: usize = CONSTANTS + 40;
const LEAST_CURVATURE: usize = CONSTANTS + 48;
const LEAST_SHARE: usize = CONSTANTS + 56;
const LEAST_PRODUCT: usize = CONSTANTS + 64;
/** 1/12!, 1/11! … 1/2! */
const SERIES: usize = CONSTANTS + 72;

/** Writes the constants: once, before anything else. */
export function begin(): void {
  store<f64>(ONE, 1);
  store<f64>(FURTHEST, 700);
  store<f64>(PER_LN2, -1.4426950408889634);
  store<f64>(LN2_HIGH, 0.6931471803691238);
  store<f64>(LN2_LOW, 1.9082149292705877e-10);
  store<f64>(WHOLE, 6755399441055744);
  store<f64>(LEAST_CURVATURE, 1e-16);
  store<f64>(LEAST_SHARE, 1e-15);
  store<f64>(LEAST_PRODUCT, 1e-250);
  let factorial: f64 = 1;
  for (let k = 2; k <= 12; k += 1) {
    factorial *= <f64>k;
    store<f64>(SERIES + (<usize>(12 - k) << 3), 1 / factorial);
  }
}

// @ts-ignore: decorator
@inline
function constant(at: usize): v128 {
  return v128.load64_splat(at);
}

// @ts-ignore: decorator
@inline
function term(sum: v128, r: v128, at: usize): v128 {
  return f64x2.add(f64x2.mul(sum, r), constant(at));
}

/** e^−x of two numbers from 0 to 700: 2^n · e^r with |r| ≤ ln 2 / 2, by Taylor's series up to r^12 (1.7e-16 are left). */
// @ts-ignore: decorator
@inline
function expOfMinus(x: v128): v128 {
  const whole = f64x2.add(f64x2.mul(x, constant(PER_LN2)), constant(WHOLE));
  const n = f64x2.sub(whole, constant(WHOLE));
  const high = f64x2.add(x, f64x2.mul(n, constant(LN2_HIGH)));
  const r = f64x2.neg(f64x2.add(high, f64x2.mul(n, constant(LN2_LOW))));
  let sum = constant(SERIES);
  sum = term(sum, r, SERIES + 8);
  sum = term(sum, r, SERIES + 16);
  sum = term(sum, r, SERIES + 24);
  sum = term(sum, r, SERIES + 32);
  sum = term(sum, r, SERIES + 40);
  sum = term(sum, r, SERIES + 48);
  sum = term(sum, r, SERIES + 56);
  sum = term(sum, r, SERIES + 64);
  sum = term(sum, r, SERIES + 72);
  sum = term(sum, r, SERIES + 80);
  sum = term(sum, r, ONE);
  sum = term(sum, r, ONE);
  // Times 2^n: n is added to the exponent.
  return i64x2.add(sum, i64x2.shl(whole, 52));
}

/** The natural logarithm of a number from 1e-280 up: of its exponent, and of the rest by the series of artanh. */
function logOf(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  let exponent = <f64>(<i32>(bits >> 52) - 1023);
  let rest = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (rest > 1.4142135623730951) {
    rest *= 0.5;
    exponent += 1;
  }
  const z = (rest - 1) / (rest + 1);
  const square = z * z;
  let sum: f64 = 0;
  for (let k = 21; k >= 1; k -= 2) sum = sum * square + 1 / <f64>k;
  return 2 * z * sum + exponent * 0.6931471805599453;
}

/**
 * Gradient and curvature of the log loss by the log odds of rows, side by side; gives the summed loss. `weights` of rows:
 * 0 = all are 1.
 */
export function deriveLogLoss(sums: usize, labels: usize, weights: usize, rows: u32, into: usize): f64 {
  let loss: f64 = 0;
  let products = constant(ONE);
  for (let row: u32 = 0; row < rows; row += 2) {
    const at = <usize>row << 3;
    const last = row + 1 == rows;
    const sum = last ? v128.load64_zero(sums + at) : v128.load(sums + at);
    const label = last ? v128.load64_zero(labels + at) : v128.load(labels + at);
    const one = constant(ONE);
    const t = expOfMinus(f64x2.pmin(f64x2.abs(sum), constant(FURTHEST)));
    const total = f64x2.add(t, one);
    // Its sign goes through all bits.
    const isPositive = i64x2.shr_s(v128.not(sum), 63);
    const p = f64x2.div(v128.bitselect(one, t, isPositive), total);
    const q = f64x2.div(v128.bitselect(t, one, isPositive), total);
    let gradient = f64x2.sub(p, label);
    let curvature = f64x2.pmax(f64x2.mul(p, q), constant(LEAST_CURVATURE));
    const right = f64x2.pmax(v128.bitselect(p, q, f64x2.eq(label, one)), constant(LEAST_SHARE));
    if (weights != 0) {
      const weight = last ? v128.load64_zero(weights + at) : v128.load(weights + at);
      gradient = f64x2.mul(gradient, weight);
      curvature = f64x2.mul(curvature, weight);
      loss -= f64x2.extract_lane(weight, 0) * logOf(f64x2.extract_lane(right, 0));
      if (!last) loss -= f64x2.extract_lane(weight, 1) * logOf(f64x2.extract_lane(right, 1));
    } else {
      // Products of probabilities are turned into logarithms before they get too small.
      products = f64x2.mul(products, last ? f64x2.replace_lane(right, 1, 1) : right);
      if (v128.any_true(f64x2.lt(products, constant(LEAST_PRODUCT)))) {
        loss -= logOf(f64x2.extract_lane(products, 0)) + logOf(f64x2.extract_lane(products, 1));
        products = one;
      }
    }
    const place = into + (at << 1);
    v128.store_lane<u64>(place, gradient, 0);
    v128.store_lane<u64>(place, curvature, 0, 8);
    if (!last) {
      v128.store_lane<u64>(place, gradient, 1, 16);
      v128.store_lane<u64>(place, curvature, 1, 24);
    }
  }
  return loss - logOf(f64x2.extract_lane(products, 0)) - logOf(f64x2.extract_lane(products, 1));
}

/** Weaves four columns of bins together. */
export function weave(first: usize, second: usize, third: usize, fourth: usize, rows: u32, into: usize): void {
  for (let row: usize = 0; row < <usize>rows; row += 1, into += 4) {
    store<u8>(into, load<u8>(first + row));
    store<u8>(into, load<u8>(second + row), 1);
    store<u8>(into, load<u8>(third + row), 2);
    store<u8>(into, load<u8>(fourth + row), 3);
  }
}

/** The bin of each number: the first whose bound is not less, `bounds` where none is, `missing` for NaN. In place, as bytes. */
export function bin(
  values: usize,
  rows: u32,
  bounds: usize,
  count: u32,
  missing: u32,
  zeroBound: f64,
  into: usize,
): void {
  for (let row: usize = 0; row < <usize>rows; row += 1) {
    let value = load<f64>(values + (row << 3));
    value = select<f64>(0, value, abs(value) <= zeroBound);
    let low: usize = bounds;
    let left = count;
    while (left > 1) {
      const half = left >> 1;
      const above = low + (<usize>half << 3);
      low = select<usize>(above, low, load<f64>(above - 8) < value);
      left -= half;
    }
    let found = <u32>((low - bounds) >> 3);
    if (left == 1) found += <u32>(load<f64>(low) < value);
    store<u8>(into + row, <u8>select<u32>(found, missing, value == value));
  }
}

/** Cells as trees see them: about 0 is 0, infinite is the greatest there is, NaN stays. */
export function settle(cells: usize, count: u32, zeroBound: f64, greatest: f64): void {
  const end = cells + (<usize>count << 3);
  for (; cells < end; cells += 8) {
    const value = load<f64>(cells);
    let seen = select<f64>(0, value, abs(value) <= zeroBound);
    seen = select<f64>(greatest, seen, seen > greatest);
    store<f64>(cells, select<f64>(-greatest, seen, seen < -greatest));
  }
}

/** A node of a forest: threshold, byte of its cell in a row, kind, children, first word of its set and how many there are. */
const NODE_SHIFT: usize = 5;
/** Of its kind: the lowest bit is set where what is missing goes left, this one where a set of categories does. */
const IN_SET: u32 = 2;

/** As `partition`, by the numbers of rows of cells. */
function partitionNumbers(
  cells: usize,
  stride: usize,
  threshold: f64,
  missingLeft: u32,
  order: usize,
  rows: u32,
  spare: usize,
): u32 {
  const end = order + (<usize>rows << 2);
  const start = order;
  let left = order;
  let right = spare;
  for (; order < end; order += 4) {
    const row = load<u32>(order);
    const value = load<f64>(cells + <usize>row * stride);
    const goes = <usize>(<u32>(value <= threshold) | (<u32>(value != value) & missingLeft)) << 2;
    store<u32>(left, row);
    store<u32>(right, row);
    left += goes;
    right += 4 - goes;
  }
  memory.copy(left, spare, right - spare);
  return <u32>((left - start) >> 2);
}

/** As `partition`, by whether the codes of rows of cells are in a set of so many words. */
function partitionCodes(
  cells: usize,
  stride: usize,
  words: usize,
  count: u32,
  order: usize,
  rows: u32,
  spare: usize,
): u32 {
  const end = order + (<usize>rows << 2);
  const start = order;
  let left = order;
  let right = spare;
  for (; order < end; order += 4) {
    const row = load<u32>(order);
    const value = load<f64>(cells + <usize>row * stride);
    const isCode = <u32>(value > -1) & <u32>(value < 2147483648);
    const code = <u32>value;
    const isThere = <u32>(code >> 5 < count);
    const word = select<u32>(code >> 5, 0, isThere);
    const goes = <usize>((load<u32>(words + (<usize>word << 2)) >> (code & 31)) & isThere & isCode) << 2;
    store<u32>(left, row);
    store<u32>(right, row);
    left += goes;
    right += 4 - goes;
  }
  memory.copy(left, spare, right - spare);
  return <u32>((left - start) >> 2);
}

/**
 * Adds what trees say to the sums of rows, tree by tree in their order. `stride`: bytes of a row of cells. Rows are dealt
 * out split by split: sent down one by one, the next side of each would have to be guessed. `order` holds all row numbers,
 * `stack` has room for the splits of a tree.
 */
export function addForest(
  nodes: usize,
  words: usize,
  values: usize,
  roots: usize,
  trees: u32,
  outputs: u32,
  cells: usize,
  stride: u32,
  rows: u32,
  sums: usize,
  order: usize,
  spare: usize,
  stack: usize,
): void {
  for (let tree: u32 = 0; tree < trees; tree += 1) {
    const sum = sums + (<usize>(tree % outputs) << 3);
    let node = load<i32>(roots + (<usize>tree << 2));
    let from = order;
    let count = rows;
    let top = stack;
    while (true) {
      if (node >= 0 && count > 0) {
        const at = nodes + (<usize>node << NODE_SHIFT);
        const column = cells + load<u32>(at, 8);
        const kind = load<u32>(at, 12);
        const left =
          (kind & IN_SET) == 0
            ? partitionNumbers(column, stride, load<f64>(at), kind, from, count, spare)
            : partitionCodes(column, stride, words + (<usize>load<u32>(at, 24) << 2), load<u32>(at, 28), from, count, spare);
        store<i32>(top, load<i32>(at, 20));
        store<u32>(top, <u32>(from + (<usize>left << 2)), 4);
        store<u32>(top, count - left, 8);
        top += 12;
        node = load<i32>(at, 16);
        count = left;
        continue;
      }
      if (node < 0) addValue(from, count, load<f64>(values + (<usize>~node << 3)), sum, outputs << 3);
      if (top == stack) break;
      top -= 12;
      node = load<i32>(top);
      from = load<u32>(top, 4);
      count = load<u32>(top, 8);
    }
  }
}

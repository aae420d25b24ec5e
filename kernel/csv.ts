// The kernel that reads CSV: bytes of records → typed columns, in linear memory. It takes what is well formed and plain,
// one record after the other, and stops at everything else: at a cell that the parser of its column has to read, or at a
// record that the scanner has to look at (`src/data/kernel/csvKernel.ts` answers both). So the grammar stays where it is;
// here is the same once more for what nearly all of a file is, and a test compares the two over files of every kind.
//
// AssemblyScript. `node scripts/kernel.mjs` compiles it into `src/data/kernel/csvKernelBytes.ts`. It allocates nothing and
// uses nothing of a library. Behind the bytes to be read stand at least 16 line feeds, so that no search runs over the end.

/** What a column is read as: `kind | flags << 8` in the table of columns, then the address of its first row. */
const NUMBER: u32 = 1;
const TIME: u32 = 2;
const WORD: u32 = 3;
/** Its cells are for its parser. */
const PARSED: u32 = 4;
/** Behind a delimiter at the end of the lines: nothing may stand there. */
const NOTHING: u32 = 5;

const NULLABLE: u32 = 1;
const WHOLE: u32 = 2;

/** Why the kernel stopped: the bytes are used up, or their last record is not whole. */
const USED_UP: i32 = 0;
/** The batch is full. */
const FULL: i32 = 1;
/** The record is for the scanner. */
const OTHER_RECORD: i32 = 2;
/** The cell is for the parser of its column. */
const OTHER_CELL: i32 = 3;

const LF: u32 = 10;
const CR: u32 = 13;
const SPACE: u32 = 32;
const ONES: u64 = 0x0101010101010101;
const HIGHS: u64 = 0x8080808080808080;
const ASCII_ZEROS: u64 = 0x3030303030303030;
/** Up to here doubles hold every integer. */
const LAST_EVERY_INTEGER: f64 = 9007199254740992;
const MISSING: f64 = NaN;

// Memory begins with powers of ten (doubles, 0 to 22), reciprocals of powers of five (1 to 40), and what is told.
const POWERS: usize = 0;
const RECIPROCALS: usize = 256;
const MOST_DECIMALS: i32 = 40;
/** Where the record starts, its row, the column of the cell, where it goes on, and where the cell starts and ends. */
const STATE: usize = 1280;

let delimiter: u32 = 0;
let quote: u32 = 0;
let delimiters: u64 = 0;
let quotes: u64 = 0;
/** Records that begin so are for the scanner: a comment, the header once more, perhaps nothing. */
let commentByte: u32 = 0;
let headerMask: u32 = 0;
let headerStart: u32 = 0;
let emptyMatters: bool = false;

let columns: usize = 0;
let width: u32 = 0;

let slots: usize = 0;
let slotMask: u32 = 0;
let entries: usize = 0;
let mostEntries: u32 = 0;
let entryCount: u32 = 0;
let arena: usize = 0;
let arenaEnd: usize = 0;
let arenaAt: usize = 0;

/** The word that was not known, so that it can be remembered. */
let askedHash: u32 = 0;
let askedSlot: usize = 0;

/** The marks of the file; 256 = there is no such byte. */
export function setMarks(
  delimiterByte: u32,
  quoteByte: u32,
  comment: u32,
  mask: u32,
  start: u32,
  empty: bool,
): void {
  delimiter = delimiterByte;
  quote = quoteByte;
  delimiters = ONES * <u64>delimiterByte;
  quotes = quoteByte > 255 ? delimiters : ONES * <u64>quoteByte;
  commentByte = comment;
  headerMask = mask;
  headerStart = start;
  emptyMatters = empty;
}

export function setColumns(at: usize, count: u32): void {
  columns = at;
  width = count;
}

export function setWords(
  slotsAt: usize,
  slotCount: u32,
  entriesAt: usize,
  entriesAtMost: u32,
  arenaFrom: usize,
  arenaTo: usize,
): void {
  slots = slotsAt;
  slotMask = slotCount - 1;
  entries = entriesAt;
  mostEntries = entriesAtMost;
  arena = arenaFrom;
  arenaEnd = arenaTo;
  memory.fill(slots, 0, <usize>slotCount << 2);
  entryCount = 0;
  arenaAt = arena;
}

/** A batch begins: its words get codes of their own. */
export function forgetWords(): void {
  if (entryCount > 0) memory.fill(slots, 0, (<usize>slotMask + 1) << 2);
  entryCount = 0;
  arenaAt = arena;
}

/** The high bit of each byte that is zero; above the lowest of them perhaps of others too. */
// @ts-ignore: decorator
@inline
function zeroBytes(word: u64): u64 {
  return (word - ONES) & ~word & HIGHS;
}

/** Where the field ends that starts at `from` without a quote: at a delimiter, a line end or, wrongly, a quote. */
function fieldEnd(from: usize): usize {
  let at = from;
  while (true) {
    const word = load<u64>(at);
    const found =
      zeroBytes(word ^ delimiters) |
      zeroBytes(word ^ quotes) |
      zeroBytes(word ^ (ONES * <u64>LF)) |
      zeroBytes(word ^ (ONES * <u64>CR));
    if (found != 0) return at + <usize>(ctz(found) >> 3);
    at += 8;
  }
}

/** The next quote or line end. */
function quotedEnd(from: usize): usize {
  let at = from;
  while (true) {
    const word = load<u64>(at);
    const found =
      zeroBytes(word ^ quotes) | zeroBytes(word ^ (ONES * <u64>LF)) | zeroBytes(word ^ (ONES * <u64>CR));
    if (found != 0) return at + <usize>(ctz(found) >> 3);
    at += 8;
  }
}

// @ts-ignore: decorator
@inline
function endsField(byte: u32): bool {
  return byte == delimiter || byte == LF || byte == CR;
}

/** An entry of the words: hash, column, length, place in the arena, code. */
const ENTRY: usize = 20;

// @ts-ignore: decorator
@inline
function mixed(hash: u64, word: u64): u64 {
  const product = (hash ^ word) * 0x9e3779b97f4a7c15;
  return product ^ (product >> 32);
}

function areSame(left: usize, right: usize, length: u32): bool {
  let at: u32 = 0;
  for (; at + 8 <= length; at += 8) if (load<u64>(left + at) != load<u64>(right + at)) return false;
  if (at == length) return true;
  const others = <u64>(8 + at - length) << 3;
  return load<u64>(left + at) << others == load<u64>(right + at) << others;
}

/** The code of a word in a column, −2 where it is not known. */
function codeOf(column: u32, start: usize, end: usize): i32 {
  const length = <u32>(end - start);
  let hash = (<u64>column << 32) + <u64>length;
  let at = start;
  for (; at + 8 <= end; at += 8) hash = mixed(hash, load<u64>(at));
  if (at < end) hash = mixed(hash, load<u64>(at) << (<u64>(8 + at - end) << 3));
  const short = <u32>hash;
  let slot = short & slotMask;
  while (true) {
    const place = slots + (<usize>slot << 2);
    const number = load<u32>(place);
    if (number == 0) {
      askedHash = short;
      askedSlot = place;
      return -2;
    }
    const entry = entries + <usize>(number - 1) * ENTRY;
    if (
      load<u32>(entry) == short &&
      load<u32>(entry, 4) == column &&
      load<u32>(entry, 8) == length &&
      areSame(load<u32>(entry, 12), start, length)
    )
      return load<i32>(entry, 16);
    slot = (slot + 1) & slotMask;
  }
}

/** Remembers the code that the parser gave the last cell, where that is a word and there is room. */
function remember(): void {
  const column = load<u32>(STATE, 8);
  const kind = load<u32>(columns + (<usize>column << 3)) & 255;
  if (kind != WORD) return;
  const start = load<u32>(STATE, 16);
  const length = load<u32>(STATE, 20) - start;
  if (entryCount == mostEntries || arenaAt + length > arenaEnd) return;
  const entry = entries + <usize>entryCount * ENTRY;
  const codes = load<u32>(columns + (<usize>column << 3), 4);
  store<u32>(entry, askedHash);
  store<u32>(entry, column, 4);
  store<u32>(entry, length, 8);
  store<u32>(entry, arenaAt, 12);
  store<i32>(entry, load<i32>(codes + (load<u32>(STATE, 4) << 2)), 16);
  memory.copy(arenaAt, start, length);
  arenaAt += length;
  entryCount += 1;
  store<u32>(askedSlot, entryCount);
}

/** The upper half of the product of two words. */
function upperProduct(left: u64, right: u64): u64 {
  const leftLow = left & 0xffffffff;
  const leftHigh = left >> 32;
  const rightLow = right & 0xffffffff;
  const rightHigh = right >> 32;
  const middle = leftHigh * rightLow + ((leftLow * rightLow) >> 32);
  const other = leftLow * rightHigh + (middle & 0xffffffff);
  return leftHigh * rightHigh + (middle >> 32) + (other >> 32);
}

/**
 * digits / 10^decimals as the nearest double; NaN where 128 bits of it do not tell. The reciprocal of 5^decimals is cut off
 * behind 128 bits: the quotient lies above the product with it, by less than two units of the last bit that is kept. (The
 * way of Lemire 2021, "Number parsing at a gigabyte per second"; what it proves is looked at here instead.)
 */
function nearestQuotient(digits: u64, decimals: i32): f64 {
  const shift = clz(digits);
  const scaled = digits << shift;
  const row = RECIPROCALS + <usize>decimals * 24;
  const reciprocal = load<u64>(row);
  const upperLow = scaled * reciprocal;
  const low = upperLow + upperProduct(scaled, load<u64>(row, 8));
  const high = upperProduct(scaled, reciprocal) + <u64>(low < upperLow);
  // 53 bits, one that rounds, and the rest.
  const lead = high >> 63;
  const restBits = 9 + lead;
  const kept = high >> restBits;
  const restOnes = (<u64>1 << restBits) - 1;
  const rest = high & restOnes;
  if (rest == restOnes && low >= 0xfffffffffffffffe) return MISSING;
  if (rest == 0 && low == 0 && (kept & 1) == 1) return MISSING;
  const mantissa = (kept >> 1) + (kept & 1);
  const exponent = 138 + <i64>lead - <i64>shift - load<i64>(row, 16) + 1075;
  // A mantissa that became 2^53 carries into the exponent by itself.
  return reinterpret<f64>(((exponent - 1) << 52) + mantissa);
}

/** Are all of eight bytes digits? */
// @ts-ignore: decorator
@inline
function isDigits(word: u64): bool {
  const upper = word & 0xf0f0f0f0f0f0f0f0;
  return (upper | (((word + 0x0606060606060606) & 0xf0f0f0f0f0f0f0f0) >> 4)) == 0x3333333333333333;
}

/** The number of eight digits. */
// @ts-ignore: decorator
@inline
function eightDigits(word: u64): u64 {
  const ones = word - ASCII_ZEROS;
  const twos = ones * 10 + (ones >> 8);
  return (
    ((twos & 0x000000ff000000ff) * 0x000f424000000064 + ((twos >> 16) & 0x000000ff000000ff) * 0x0000271000000001) >> 32
  );
}

/** What the last cell of a plain number is. */
let plainValue: f64 = 0;

/**
 * Reads a sign, digits and a point, as `Number` does, into `plainValue`; gives where they end. 0 where it is none, or one
 * for the parser: too many digits, or a value of 2^53 and more.
 */
function plainNumber(start: usize): usize {
  const negative = load<u8>(start) == 45;
  let at = start + <usize>negative;
  const first = at;
  let mantissa: u64 = 0;
  let digit: u32;
  while ((digit = <u32>load<u8>(at) - 48) <= 9) {
    mantissa = mantissa * 10 + digit;
    at += 1;
  }
  let count = <i32>(at - first);
  let decimals: i32 = 0;
  if (digit == <u32>(46 - 48)) {
    at += 1;
    const behind = at;
    for (let word = load<u64>(at); isDigits(word); word = load<u64>(at)) {
      mantissa = mantissa * 100000000 + eightDigits(word);
      at += 8;
    }
    while ((digit = <u32>load<u8>(at) - 48) <= 9) {
      mantissa = mantissa * 10 + digit;
      at += 1;
    }
    decimals = <i32>(at - behind);
    count += decimals;
  }
  if (count == 0) return 0;
  if (count > 19) {
    // Zeros that lead do not count.
    for (let zero = first; load<u8>(zero) == 48 || load<u8>(zero) == 46; zero += 1) count -= <i32>(load<u8>(zero) == 48);
    if (count > 19) return 0;
  }
  let value: f64;
  if (mantissa < <u64>LAST_EVERY_INTEGER && decimals <= 22)
    value = <f64>mantissa / load<f64>(POWERS + (<usize>decimals << 3));
  else if (mantissa == 0) value = 0;
  else if (decimals == 0 || decimals > MOST_DECIMALS) return 0;
  else value = nearestQuotient(mantissa, decimals);
  if (!(value < LAST_EVERY_INTEGER)) return 0;
  // + 0: there is no negative zero in a table.
  plainValue = (negative ? -value : value) + 0;
  return at;
}

/** Two digits as a number, more than 99 where they are none. */
function twoDigits(at: usize): u32 {
  const tens = <u32>load<u8>(at) - 48;
  const ones = <u32>load<u8>(at, 1) - 48;
  return tens <= 9 && ones <= 9 ? tens * 10 + ones : 1000;
}

/** Days from 1970-01-01 to a date, whose month and day are looked at here; −2^31 where there is no such date. */
function daysOf(year: i32, month: i32, day: i32): i32 {
  const isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  if (month < 1 || month > 12 || day < 1) return i32.MIN_VALUE;
  const monthDays = month == 2 ? 28 + <i32>isLeap : 30 + ((month + (month >> 3)) & 1);
  if (day > monthDays) return i32.MIN_VALUE;
  // The year begins in March here, so that the day that leaps is its last; 400 years have 146,097 days.
  const shifted = year - <i32>(month < 3) + 400;
  const century = shifted / 100;
  const dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  return 365 * shifted + shifted / 4 - century + century / 4 + dayOfYear - 719468 - 146097;
}

/** Reads `2024-12-31` or `2024-12-31T23:59:00Z`, with a space for the `T` or without the `Z`, into `plainValue`. */
function plainTime(start: usize, end: usize): bool {
  const length = end - start;
  if (length != 10 && length != 19 && length != 20) return false;
  if (load<u8>(start, 4) != 45 || load<u8>(start, 7) != 45) return false;
  const century = twoDigits(start);
  const year = twoDigits(start + 2);
  const month = twoDigits(start + 5);
  const day = twoDigits(start + 8);
  if ((century | year | month | day) >= 1000) return false;
  const days = daysOf(century * 100 + year, month, day);
  if (days == i32.MIN_VALUE) return false;
  let seconds: u32 = 0;
  if (length != 10) {
    const separator = <u32>load<u8>(start, 10);
    if (separator != 84 && separator != SPACE) return false;
    if (load<u8>(start, 13) != 58 || load<u8>(start, 16) != 58) return false;
    if (length == 20 && load<u8>(start, 19) != 90) return false;
    const hours = twoDigits(start + 11);
    const minutes = twoDigits(start + 14);
    const second = twoDigits(start + 17);
    if (hours > 23 || minutes > 59 || second > 59) return false;
    seconds = (hours * 60 + minutes) * 60 + second;
  }
  plainValue = <f64>days * 86400000 + <f64>seconds * 1000;
  return true;
}

function tell(why: i32, at: usize, row: u32): i32 {
  store<u32>(STATE, <u32>at);
  store<u32>(STATE, row, 4);
  return why;
}

/** Is the record that starts here one for the scanner, whatever is in it? */
function isOther(at: usize): bool {
  const first = <u32>load<u8>(at);
  if (first == commentByte || first == 0xef) return true;
  if (headerMask != 0 && (load<u32>(at) & headerMask) == headerStart) return true;
  return emptyMatters && (first == delimiter || first == SPACE || first == 9);
}

/** Reads records from `at` that start before `until`, until the batch is full or one of them is not for here. */
export function readRecords(at: usize, until: usize, end: usize, row: u32, capacity: u32): i32 {
  return go(at, at, 0, until, end, row, capacity);
}

/** Goes on behind the cell that its parser has read. */
export function goOn(until: usize, end: usize, capacity: u32): i32 {
  remember();
  const at = <usize>load<u32>(STATE, 12);
  return go(load<u32>(STATE), at, load<u32>(STATE, 8) | 0x80000000, until, end, load<u32>(STATE, 4), capacity);
}

/** `from` is the next column; with the highest bit set, the column whose cell was just read. */
function go(start: usize, from: usize, column: u32, until: usize, end: usize, firstRow: u32, capacity: u32): i32 {
  let record = start;
  let at = from;
  let row = firstRow;
  let field = column & 0x7fffffff;
  let isRead = column >> 31 == 1;
  while (true) {
    if (isRead) isRead = false;
    else {
      if (field == 0) {
        if (row == capacity) return tell(FULL, record, row);
        if (record >= until) return tell(USED_UP, record, row);
        if (isOther(record)) return tell(OTHER_RECORD, record, row);
      }
      const told = load<u32>(columns + (<usize>field << 3));
      const cells = <usize>load<u32>(columns + (<usize>field << 3), 4);
      const kind = told & 255;
      const flags = told >> 8;
      const isQuoted = <u32>load<u8>(at) == quote;
      let cellStart = at + <usize>isQuoted;
      let cellEnd: usize = 0;
      let isTaken = false;
      if (isQuoted) {
        cellEnd = quotedEnd(cellStart);
        if (<u32>load<u8>(cellEnd) != quote) return tell(cellEnd >= end ? USED_UP : OTHER_RECORD, record, row);
        at = cellEnd + 1;
        if (!endsField(load<u8>(at))) return tell(OTHER_RECORD, record, row);
      }
      if (kind == NUMBER) {
        const numberEnd = plainNumber(cellStart);
        if (numberEnd != 0 && (isQuoted ? numberEnd == cellEnd : endsField(load<u8>(numberEnd)))) {
          if (!isQuoted) at = numberEnd;
          isTaken = (flags & WHOLE) == 0 || plainValue == trunc(plainValue);
          cellEnd = numberEnd;
        }
      }
      if (!isTaken) {
        if (!isQuoted) {
          cellEnd = fieldEnd(at);
          at = cellEnd;
          if (<u32>load<u8>(at) == quote) return tell(OTHER_RECORD, record, row);
        }
        if (kind == WORD) {
          const code = codeOf(field, cellStart, cellEnd);
          store<i32>(cells + (<usize>row << 2), code);
          isTaken = code != -2;
        } else if (kind == NUMBER || kind == TIME) {
          if (cellStart == cellEnd && (flags & NULLABLE) != 0) {
            plainValue = MISSING;
            isTaken = true;
          } else if (kind == TIME) isTaken = plainTime(cellStart, cellEnd);
        } else if (kind == NOTHING) {
          if (cellStart != cellEnd) return tell(OTHER_RECORD, record, row);
          isTaken = true;
        } else isTaken = kind != PARSED;
      }
      if (!isTaken) {
        if (at >= end) return tell(USED_UP, record, row);
        store<u32>(STATE, field, 8);
        store<u32>(STATE, <u32>at, 12);
        store<u32>(STATE, <u32>cellStart, 16);
        store<u32>(STATE, <u32>cellEnd, 20);
        return tell(OTHER_CELL, record, row);
      }
      if (kind == NUMBER || kind == TIME) store<f64>(cells + (<usize>row << 3), plainValue);
    }
    const byte = <u32>load<u8>(at);
    if (field + 1 < width) {
      if (byte != delimiter) return tell(at >= end ? USED_UP : OTHER_RECORD, record, row);
      field += 1;
      at += 1;
      continue;
    }
    if (at >= end) return tell(USED_UP, record, row);
    if (byte == CR) {
      at += 1;
      if (at >= end) return tell(USED_UP, record, row);
      if (load<u8>(at) != LF) return tell(OTHER_RECORD, record, row);
    } else if (byte != LF) return tell(OTHER_RECORD, record, row);
    at += 1;
    record = at;
    row += 1;
    field = 0;
  }
}

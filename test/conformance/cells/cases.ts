/** The value cannot be a cell of the column: refused, with a reason that starts so. */
export interface Refused {
  readonly refused: string;
}

/**
 * One value for one column, as each kind of door has it, and what it must be by all of them. A door for which nothing is
 * given cannot have the value (a JSON number has no leading zero).
 */
export interface CellCase {
  readonly column:
    | 'number'
    | 'whole'
    | 'word'
    | 'flag'
    | 'time'
    | 'note'
    | 'id'
    | 'euros'
    | 'rupees'
    | 'share'
    | 'balance'
    | 'level'
    | 'day'
    | 'local'
    | 'epoch'
    | 'country'
    | 'caf\u00e9'
    | 'cafe\u0301';
  /** CSV, TSV, bodies of CSV. */
  readonly text?: string;
  /** Source text of the JSON value: requests, NDJSON, `--current`. */
  readonly json?: string;
  /** Datatype and source text of an element of the Open Inference Protocol. */
  readonly tensor?: readonly [datatype: string, element: string];
  /** SQL of the value in a Parquet file. */
  readonly parquet?: string;
  /** The cell: numbers and texts as they are, times as ISO 8601, null = missing. */
  readonly is: number | string | null | Refused;
}

const number = { refused: 'expected a number, got' };
const whole = { refused: 'expected a whole number, got' };
const held = { refused: 'expected a number that a 64-bit float holds, got' };
const finite = { refused: 'expected a finite number, got' };
const flag = { refused: 'expected one of "true", "yes", "1", "false", "no", "0", got' };
const time = { refused: 'expected a time as ISO 8601' };
const euros = { refused: 'expected a number written like "1.234,50 €", got' };
const balance = { refused: 'expected a number written like "1,234.5", got' };
const day = { refused: 'expected a time as DD/MM/YYYY, got' };
const storable = { refused: 'expected a text without NUL and broken Unicode characters, got' };

/** Every kind of column × every spelling. Add a line: the suite brings it through every door. */
// prettier-ignore
export const cellCases: readonly CellCase[] = [
  // Numbers
  { column: 'number', text: '5', json: '5', tensor: ['INT64', '5'], parquet: '5::BIGINT', is: 5 },
  { column: 'number', text: '5.0', json: '5.0', tensor: ['FP64', '5.0'], parquet: '5::DOUBLE', is: 5 },
  { column: 'number', text: '0.1', json: '0.1', tensor: ['FP64', '0.1'], parquet: '0.1::DECIMAL(9,4)', is: 0.1 },
  { column: 'number', text: '-0', json: '-0', tensor: ['FP64', '-0.0'], parquet: "'-0'::DOUBLE", is: 0 },
  { column: 'number', text: '7.12e2', json: '7.12e2', tensor: ['FP64', '7.12e2'], parquet: '712::SMALLINT', is: 712 },
  { column: 'number', text: '5e-324', json: '5e-324', tensor: ['FP64', '5e-324'], parquet: "'5e-324'::DOUBLE", is: 5e-324 },
  { column: 'number', text: '1e400', json: '1e400', tensor: ['FP64', '1e400'], parquet: "'inf'::DOUBLE", is: finite },
  { column: 'number', text: '007', parquet: "'007'", is: 7 },
  { column: 'number', text: '\u00a05\u00a0', is: 5 },
  { column: 'number', text: '9007199254740992', json: '9007199254740992', tensor: ['INT64', '9007199254740992'], parquet: '9007199254740992::BIGINT', is: 2 ** 53 },
  { column: 'number', text: '9007199254740993', json: '9007199254740993', tensor: ['INT64', '9007199254740993'], parquet: '9007199254740993::BIGINT', is: held },
  { column: 'number', text: '-9007199254740993', json: '-9007199254740993', tensor: ['INT64', '-9007199254740993'], parquet: '-9007199254740993::DECIMAL(20,0)', is: held },
  { column: 'number', text: '18446744073709551615', json: '18446744073709551615', tensor: ['UINT64', '18446744073709551615'], parquet: '18446744073709551615::UBIGINT', is: held },
  { column: 'number', text: '12345678901234567890.12', json: '12345678901234567890.12', tensor: ['FP64', '12345678901234567890.12'], parquet: '12345678901234567890.12::DECIMAL(30,2)', is: held },
  { column: 'number', text: '123456789012345.67', json: '123456789012345.67', tensor: ['FP64', '123456789012345.67'], parquet: '123456789012345.67::DECIMAL(30,2)', is: 123456789012345.67 },
  { column: 'number', text: '1e300', json: '1e300', tensor: ['FP64', '1e300'], parquet: '1e300::DOUBLE', is: 1e300 },
  { column: 'number', text: 'abc', parquet: "'abc'", is: number },
  { column: 'number', json: '"5"', tensor: ['BYTES', '"5"'], is: number },
  { column: 'number', text: 'true', json: 'true', tensor: ['BOOL', 'true'], parquet: 'true', is: number },
  { column: 'number', text: '0x10', is: number },
  { column: 'number', text: '', json: 'null', tensor: ['FP64', 'null'], parquet: 'NULL::DOUBLE', is: null },
  { column: 'number', text: 'NA', json: '"NA"', tensor: ['BYTES', '"NA"'], parquet: "'NA'", is: null },
  { column: 'number', text: '-999', json: '-999', tensor: ['INT16', '-999'], parquet: '-999::INTEGER', is: null },
  { column: 'number', text: '-999.0', json: '-999.0', tensor: ['FP32', '-999.0'], parquet: '-999::DOUBLE', is: null },
  { column: 'number', parquet: "'nan'::DOUBLE", is: null },
  { column: 'number', json: '[5]', is: number },
  { column: 'number', json: '{"a":5}', is: number },
  { column: 'whole', text: '5.0', json: '5.0', tensor: ['FP64', '5.0'], parquet: '5::DOUBLE', is: 5 },
  { column: 'whole', text: '5.5', json: '5.5', tensor: ['FP64', '5.5'], parquet: '5.5::DOUBLE', is: whole },
  { column: 'whole', text: '', json: 'null', tensor: ['INT64', 'null'], parquet: 'NULL::INTEGER', is: whole },
  // Categories
  { column: 'word', text: '712', json: '712', tensor: ['INT64', '712'], parquet: '712::INTEGER', is: '712' },
  { column: 'word', text: '712', json: '"712"', tensor: ['BYTES', '"712"'], parquet: "'712'", is: '712' },
  { column: 'word', text: '712', json: '712', tensor: ['FP64', '712.0'], parquet: '712::DOUBLE', is: '712' },
  { column: 'word', text: '712.0', json: '712.0', tensor: ['BYTES', '"712.0"'], parquet: "'712.0'", is: '712.0' },
  { column: 'word', text: '00712', json: '"00712"', tensor: ['BYTES', '"00712"'], parquet: "'00712'", is: '00712' },
  { column: 'word', text: '7.12e2', json: '7.12e2', tensor: ['BYTES', '"7.12e2"'], parquet: "'7.12e2'", is: '7.12e2' },
  { column: 'word', text: '-0', json: '-0', tensor: ['BYTES', '"-0"'], parquet: "'-0'", is: '-0' },
  { column: 'word', text: '1e400', json: '1e400', tensor: ['BYTES', '"1e400"'], parquet: "'1e400'", is: '1e400' },
  { column: 'word', text: '9007199254740993', json: '9007199254740993', tensor: ['INT64', '9007199254740993'], parquet: '9007199254740993::BIGINT', is: '9007199254740993' },
  { column: 'word', text: '18446744073709551615', json: '18446744073709551615', tensor: ['UINT64', '18446744073709551615'], parquet: '18446744073709551615::UBIGINT', is: '18446744073709551615' },
  { column: 'word', text: '0.1', json: '0.1', tensor: ['FP32', '0.1'], parquet: '0.1::FLOAT', is: '0.1' },
  { column: 'word', text: '7.1', json: '7.1', tensor: ['FP64', '7.10'], parquet: '7.10::DECIMAL(5,2)', is: '7.1' },
  { column: 'word', text: 'true', json: 'true', tensor: ['BOOL', 'true'], parquet: 'true', is: 'true' },
  { column: 'word', text: 'TRUE', json: '"TRUE"', tensor: ['BYTES', '"TRUE"'], parquet: "'TRUE'", is: 'TRUE' },
  { column: 'word', text: ' a b\u00a0', json: '" a b\\u00a0"', tensor: ['BYTES', '" a b\\u00a0"'], parquet: "' a b\u00a0'", is: 'a b' },
  { column: 'word', text: 'e\u0301', json: '"e\\u0301"', tensor: ['BYTES', '"e\\u0301"'], parquet: "'e\u0301'", is: 'e\u0301' },
  { column: 'word', text: '\ufeffa', json: '"\\ufeffa"', tensor: ['BYTES', '"\\ufeffa"'], parquet: "'\ufeffa'", is: 'a' },
  { column: 'word', text: '😀', json: '"\\ud83d\\ude00"', tensor: ['BYTES', '"😀"'], parquet: "'😀'", is: '😀' },
  { column: 'word', text: '__proto__', json: '"__proto__"', tensor: ['BYTES', '"__proto__"'], parquet: "'__proto__'", is: '__proto__' },
  { column: 'word', text: 'NA', json: '"NA"', tensor: ['BYTES', '"NA"'], parquet: "'NA'", is: null },
  { column: 'word', text: '-999', json: '-999', tensor: ['INT32', '-999'], parquet: '-999::INTEGER', is: null },
  { column: 'word', text: '-999.0', json: '-999.0', tensor: ['BYTES', '"-999.0"'], parquet: "'-999.0'", is: '-999.0' },
  { column: 'word', text: '   ', json: '"   "', tensor: ['BYTES', '"   "'], parquet: "'   '", is: null },
  { column: 'word', json: '"a\\ud800"', tensor: ['BYTES', '"a\\ud800"'], is: storable },
  { column: 'word', json: '"a\\u0000b"', tensor: ['BYTES', '"a\\u0000b"'], is: storable },
  { column: 'word', json: '["a"]', is: { refused: 'expected a category, got a list' } },
  { column: 'word', json: '{"a":1}', is: { refused: 'expected a category, got an object' } },
  // Booleans
  { column: 'flag', text: 'true', json: 'true', tensor: ['BOOL', 'true'], parquet: 'true', is: 'true' },
  { column: 'flag', text: 'False', json: '"False"', tensor: ['BYTES', '"FALSE"'], parquet: 'false', is: 'false' },
  { column: 'flag', text: 'Yes', json: '"YES"', tensor: ['BYTES', '"yes"'], parquet: "'yes'", is: 'true' },
  { column: 'flag', text: '1', json: '1', tensor: ['INT8', '1'], parquet: '1::TINYINT', is: 'true' },
  { column: 'flag', text: '0', json: '0', tensor: ['UINT8', '0'], parquet: '0::DOUBLE', is: 'false' },
  { column: 'flag', text: '2', json: '2', tensor: ['INT8', '2'], parquet: '2::INTEGER', is: flag },
  { column: 'flag', text: 't', json: '"t"', tensor: ['BYTES', '"t"'], parquet: "'t'", is: flag },
  { column: 'flag', text: '', json: 'null', tensor: ['BOOL', 'null'], parquet: 'NULL::BOOLEAN', is: null },
  // Times
  { column: 'time', text: '2024-02-29', json: '"2024-02-29"', tensor: ['BYTES', '"2024-02-29"'], parquet: "DATE '2024-02-29'", is: '2024-02-29T00:00:00.000Z' },
  { column: 'time', text: '2024-02-29 10:30', json: '"2024-02-29 10:30"', tensor: ['BYTES', '"2024-02-29T10:30"'], parquet: "TIMESTAMP '2024-02-29 10:30:00'", is: '2024-02-29T10:30:00.000Z' },
  { column: 'time', text: '2024-02-29T10:30:00.5+02:00', json: '"2024-02-29T10:30:00.5+02:00"', tensor: ['BYTES', '"2024-02-29T10:30:00.5+02:00"'], parquet: "'2024-02-29T10:30:00.5+02:00'", is: '2024-02-29T08:30:00.500Z' },
  { column: 'time', text: '2023-02-29', json: '"2023-02-29"', tensor: ['BYTES', '"2023-02-29"'], parquet: "'2023-02-29'", is: time },
  { column: 'time', text: '1709164800', json: '1709164800', tensor: ['INT64', '1709164800'], parquet: '1709164800::BIGINT', is: time },
  { column: 'time', text: 'NA', json: 'null', tensor: ['BYTES', 'null'], parquet: 'NULL::TIMESTAMP', is: null },
  // Texts
  { column: 'note', text: ' a ', json: '" a "', tensor: ['BYTES', '" a "'], parquet: "' a '", is: ' a ' },
  { column: 'note', text: '7.0', json: '7.0', tensor: ['BYTES', '"7.0"'], parquet: "'7.0'", is: '7.0' },
  { column: 'note', text: '7', json: '7', tensor: ['FP64', '7.0'], parquet: '7::DOUBLE', is: '7' },
  { column: 'note', text: '\ufeffx', json: '"\\ufeffx"', tensor: ['BYTES', '"\\ufeffx"'], parquet: "'\ufeffx'", is: 'x' },
  { column: 'note', json: '"\\u0000"', tensor: ['BYTES', '"\\u0000"'], is: storable },
  // Numbers as a format writes them
  { column: 'euros', text: '1.234,50 €', json: '"1.234,50 €"', tensor: ['BYTES', '"1.234,50 €"'], parquet: "'1.234,50 €'", is: 1234.5 },
  { column: 'euros', text: '-12,5', json: '"-12,5"', tensor: ['BYTES', '"-12,5"'], parquet: "'-12,5'", is: -12.5 },
  { column: 'euros', text: '1.234.567', json: '"1.234.567"', tensor: ['BYTES', '"1.234.567"'], parquet: "'1.234.567'", is: 1_234_567 },
  { column: 'euros', json: '1234.5', tensor: ['FP64', '1234.5'], parquet: '1234.5::DOUBLE', is: 1234.5 },
  { column: 'euros', json: '70.0', tensor: ['FP32', '70.0'], parquet: '70::DECIMAL(9,2)', is: 70 },
  { column: 'euros', json: '1.234', tensor: ['FP64', '1.234'], parquet: '1.234::DECIMAL(9,3)', is: 1.234 },
  { column: 'euros', json: '9007199254740993', tensor: ['INT64', '9007199254740993'], parquet: '9007199254740993::BIGINT', is: held },
  { column: 'euros', text: '9.007.199.254.740.993', json: '"9.007.199.254.740.993"', tensor: ['BYTES', '"9.007.199.254.740.993"'], parquet: "'9.007.199.254.740.993'", is: held },
  { column: 'euros', text: '1234.50', json: '"1234.50"', tensor: ['BYTES', '"1234.50"'], parquet: "'1234.50'", is: euros },
  { column: 'euros', text: '$5', json: '"$5"', tensor: ['BYTES', '"$5"'], parquet: "'$5'", is: euros },
  { column: 'euros', text: '-', json: '"-"', tensor: ['BYTES', '"-"'], parquet: "'-'", is: null },
  { column: 'euros', text: '-1,00', json: '-1', tensor: ['INT8', '-1'], parquet: '-1::INTEGER', is: null },
  { column: 'rupees', text: '12,34,567', json: '"12,34,567"', tensor: ['BYTES', '"₹ 12,34,567"'], parquet: "'Rs. 12,34,567'", is: 1_234_567 },
  { column: 'share', text: '75.8%', json: '"75.8 %"', tensor: ['BYTES', '"75.8%"'], parquet: "'75.8%'", is: 75.8 },
  { column: 'share', text: '75.8', json: '75.8', tensor: ['FP64', '75.8'], parquet: '75.8::DOUBLE', is: 75.8 },
  { column: 'balance', text: '(1,234.50)', json: '"(1,234.50)"', tensor: ['BYTES', '"(1,234.50)"'], parquet: "'(1,234.50)'", is: -1234.5 },
  { column: 'balance', text: '\u22125', json: '"\\u22125"', tensor: ['BYTES', '"\u22125"'], parquet: "'\u22125'", is: -5 },
  { column: 'balance', text: '(5', json: '"(5"', tensor: ['BYTES', '"(5"'], parquet: "'(5'", is: balance },
  { column: 'level', text: '<0.5', json: '"< 0.5"', tensor: ['BYTES', '"<0.5"'], parquet: "'<0.5'", is: 0.5 },
  { column: 'level', text: '12 mg/dL', json: '"12 mg/dL"', tensor: ['BYTES', '"12mg/dL"'], parquet: "'12 mg/dL'", is: 12 },
  { column: 'level', text: 'inf', json: '"inf"', tensor: ['BYTES', '"inf"'], parquet: "'inf'", is: finite },
  // Times as a format writes them
  { column: 'day', text: '31/01/2024', json: '"31/01/2024"', tensor: ['BYTES', '"31/01/2024"'], parquet: "'31/01/2024'", is: '2024-01-31T00:00:00.000Z' },
  { column: 'day', text: '1/2/2024', json: '"1/2/2024"', tensor: ['BYTES', '"1/2/2024"'], parquet: "'1/2/2024'", is: '2024-02-01T00:00:00.000Z' },
  { column: 'day', text: '2024-02-01', json: '"2024-02-01"', tensor: ['BYTES', '"2024-02-01"'], parquet: "DATE '2024-02-01'", is: '2024-02-01T00:00:00.000Z' },
  { column: 'day', text: '01/31/2024', json: '"01/31/2024"', tensor: ['BYTES', '"01/31/2024"'], parquet: "'01/31/2024'", is: day },
  { column: 'day', text: '01/01/1900', json: '"01/01/1900"', tensor: ['BYTES', '"01/01/1900"'], parquet: "TIMESTAMP '1900-01-01'", is: null },
  { column: 'local', text: '5 Mär 2024 10:00', json: '"5 Mar 2024 10:00"', tensor: ['BYTES', '"05 March 2024 10:00"'], parquet: "'5 mars 2024 10:00'", is: '2024-03-05T08:00:00.000Z' },
  { column: 'local', text: '2024-03-05T08:00:00.000Z', json: '"2024-03-05T08:00:00.000Z"', tensor: ['BYTES', '"2024-03-05T08:00:00.000Z"'], parquet: "TIMESTAMP '2024-03-05 08:00:00'", is: '2024-03-05T08:00:00.000Z' },
  { column: 'epoch', text: '1704067200', json: '1704067200', tensor: ['INT64', '1704067200'], parquet: '1704067200::BIGINT', is: '2024-01-01T00:00:00.000Z' },
  { column: 'epoch', text: '1704067200.5', json: '"1704067200.5"', tensor: ['FP64', '1704067200.5'], parquet: '1704067200.5::DOUBLE', is: '2024-01-01T00:00:00.500Z' },
  // Words merged, and missing words of one column
  { column: 'country', text: 'namibia', json: '"namibia"', tensor: ['BYTES', '"namibia"'], parquet: "'namibia'", is: 'NA.' },
  { column: 'country', text: 'NA.', json: '"NA."', tensor: ['BYTES', '"NA."'], parquet: "'NA.'", is: 'NA.' },
  { column: 'country', text: 'n/a', json: '"n/a"', tensor: ['BYTES', '"n/a"'], parquet: "'n/a'", is: null },
  { column: 'word', text: 'n/a', json: '"n/a"', tensor: ['BYTES', '"n/a"'], parquet: "'n/a'", is: 'n/a' },
  // Row ids: as written, though the schema calls them whole numbers
  { column: 'id', text: '712', json: '712', tensor: ['INT64', '712'], parquet: '712::BIGINT', is: '712' },
  { column: 'id', text: '712', json: '"712"', tensor: ['BYTES', '"712"'], parquet: "'712'", is: '712' },
  { column: 'id', text: '00712', json: '"00712"', tensor: ['BYTES', '"00712"'], parquet: "'00712'", is: '00712' },
  { column: 'id', text: '7.12e2', json: '7.12e2', tensor: ['BYTES', '"7.12e2"'], parquet: "'7.12e2'", is: '7.12e2' },
  { column: 'id', text: '9007199254740993', json: '9007199254740993', tensor: ['INT64', '9007199254740993'], parquet: '9007199254740993::BIGINT', is: '9007199254740993' },
];

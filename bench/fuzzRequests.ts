import { connect } from 'node:net';

/** Numbers from 0 to 1 out of a seed (mulberry32): the same requests in every run. */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

type Random = () => number;

const pick = <T>(random: Random, values: readonly T[]): T => values[Math.floor(random() * values.length)]!;

const paths = [
  '/predict',
  '/predict?explain=true',
  '/predict?explain=%00',
  '/feedback',
  '/invocations',
  '/v2/models/churn/infer',
  '/v2/models/churn/versions/3/infer',
  '/v2/models/%2e%2e/infer',
  '/v2',
  '/health/ready',
  '/openapi.json',
  '/metrics',
  '/nothing',
  '/%',
  '//',
  '/predict/../feedback',
] as const;

/** Where bodies are read. */
const doors = paths.slice(0, 7);

const methods = ['POST', 'POST', 'POST', 'POST', 'GET', 'PUT', 'DELETE', 'HEAD', 'OPTIONS', 'PATCH'] as const;

const types = [
  'application/json',
  'application/json',
  'application/json',
  'application/json; charset=utf-16',
  'text/csv',
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  '',
] as const;

const scalars = [
  null,
  true,
  0,
  -1,
  1e308,
  12.5,
  '',
  '12',
  'Month-to-month',
  'NaN',
  '\u0000',
  '\ud800',
  'é'.repeat(300),
  '2024-02-30',
  '__proto__',
] as const;

const names = [
  'features',
  'tenure',
  'charges',
  'contract',
  'senior',
  'inputs',
  'instances',
  'dataframe_split',
  'dataframe_records',
  'columns',
  'data',
  'name',
  'shape',
  'datatype',
  'outputs',
  'id',
  'label',
  'time',
  '__proto__',
  'constructor',
  'tenur',
  '',
] as const;

/** A JSON value out of what the protocols know, put together at random. */
function value(random: Random, depth: number): unknown {
  const kind = random();
  if (depth === 0 || kind < 0.35) return pick(random, scalars);
  const size = Math.floor(random() * 5);
  if (kind < 0.6) return Array.from({ length: size }, () => value(random, depth - 1));
  return Object.fromEntries(
    Array.from({ length: size }, () => [pick(random, names), value(random, depth - 1)] as const),
  );
}

const row = { tenure: 12, charges: 70.5, contract: 'Month-to-month', senior: false };

/** A body that the protocol of some path takes. */
function goodBody(random: Random): unknown {
  const inputs = Object.entries(row).map(([name, cell]) => ({
    name,
    shape: [1],
    datatype: typeof cell === 'string' ? 'BYTES' : typeof cell === 'boolean' ? 'BOOL' : 'FP64',
    data: [cell],
  }));
  return pick(random, [
    { features: row },
    [row, row],
    { dataframe_records: [row] },
    { dataframe_split: { columns: Object.keys(row), data: [Object.values(row)] } },
    { inputs },
    { id: 'a', label: 'Yes' },
  ]);
}

/** A good value with one place of it replaced: what is nearly right reaches deeper than what is wrong. */
function nearly(random: Random, good: unknown): unknown {
  if (typeof good !== 'object' || good === null || random() < 0.15) return value(random, 3);
  const entries = Object.entries(good);
  const at = Math.floor(random() * entries.length);
  const changed = entries.map(([name, member]: [string, unknown], index): [string, unknown] => {
    if (index !== at) return [name, member];
    return random() < 0.2 ? [pick(random, names), member] : [name, nearly(random, member)];
  });
  return Array.isArray(good) ? changed.map(([, member]) => member) : Object.fromEntries(changed);
}

/** The bytes of a text with some of them replaced, doubled or cut off. */
function bent(random: Random, text: string): Buffer {
  const bytes = Buffer.from(text);
  const times = Math.floor(random() * 4);
  for (let i = 0; i < times && bytes.length > 0; i += 1)
    bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
  return random() < 0.1 ? bytes.subarray(0, Math.floor(random() * bytes.length)) : bytes;
}

const large = (random: Random): string =>
  pick(random, [
    `[${'{},'.repeat(30_000)}{}]`,
    '['.repeat(50_000),
    `{"features":{${Array.from({ length: 5000 }, (_, i) => `"k${i}":1`).join(',')}}}`,
    ','.repeat(100_000),
    `"${'x'.repeat(300_000)}"`,
    `{"features":${JSON.stringify(Array.from({ length: 500 }, () => row))}}`,
  ]);

function body(random: Random): Buffer {
  const kind = random();
  if (kind < 0.02) return Buffer.from(large(random));
  if (kind < 0.5) return bent(random, JSON.stringify(nearly(random, goodBody(random))));
  if (kind < 0.7) return Buffer.from(JSON.stringify(value(random, 4)));
  if (kind < 0.85)
    return bent(random, `${Object.keys(row).join(',')}\n${Object.values(row).join(',')}\n"a",,\n`);
  if (kind < 0.9) return Buffer.alloc(0);
  return Buffer.from(Array.from({ length: Math.floor(random() * 200) }, () => Math.floor(random() * 256)));
}

/** A request as it goes over the wire; a few are no HTTP at all. */
export function fuzzedRequest(random: Random): Buffer {
  // Most go where something is done with their body.
  const isAimed = random() < 0.7;
  const method = isAimed ? 'POST' : pick(random, methods);
  const bytes = method === 'GET' || method === 'HEAD' ? Buffer.alloc(0) : body(random);
  const type = isAimed && random() < 0.8 ? 'application/json' : pick(random, types);
  const chunked = random() < 0.1;
  const head = [
    `${method} ${pick(random, isAimed ? doors : paths)} HTTP/1.1`,
    `Host: ${random() < 0.95 ? '127.0.0.1' : pick(random, ['evil.example', '', 'a b', '[::1'])}`,
    ...(type === '' ? [] : [`Content-Type: ${type}`]),
    ...(random() < 0.03 ? [`Origin: ${pick(random, ['null', 'http://evil.example', 'x'])}`] : []),
    ...(random() < 0.03 ? ['Expect: 100-continue'] : []),
    ...(random() < 0.03 ? [`X-Request-Id: ${pick(random, ['ok-1', 'a"b', 'x'.repeat(300)])}`] : []),
    chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${bytes.length}`,
    'Connection: close',
  ].join('\r\n');
  const framed = !chunked
    ? bytes
    : bytes.length === 0
      ? Buffer.from('0\r\n\r\n')
      : Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from('\r\n0\r\n\r\n')]);
  const message = Buffer.concat([Buffer.from(`${head}\r\n\r\n`, 'latin1'), framed]);
  return random() < 0.03 ? bent(random, message.toString('latin1')) : message;
}

/** Sends a request on a connection of its own. The status of the (last) answer; 0 where there was none. */
export function send(port: number, message: Buffer, waitMs: number): Promise<number> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    const timer = setTimeout(() => socket.destroy(), waitMs);
    socket.on('data', (chunk: Buffer) => {
      if (text.length < 1000) text += chunk.toString('latin1');
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      clearTimeout(timer);
      resolve(Number(/^(?:HTTP\/1\.1 100[^\n]*\r\n\r\n)?HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0));
    });
    // Not ended: a request that is cut off stays open, as a slow sender's does.
    socket.write(message);
  });
}

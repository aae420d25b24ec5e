import type { KeySchema } from './keys.ts';
import { key } from './keys.ts';

const gibibyte = 2 ** 30;

/** Keys of `source` for what is no local file: how an address is asked. */
export const remoteKeys = {
  table: key(
    ['string', 'null'],
    null,
    'Databases: the table or view that is read, for example sales.orders.',
    {
      minLength: 1,
    },
  ),
  query: key(
    ['string', 'null'],
    null,
    'Databases: one SELECT whose rows are read, in a transaction that can only read.',
    { minLength: 1 },
  ),
  cursor: key(
    ['string', 'null'],
    null,
    'What later readings go on from, instead of reading everything. Databases: a column that only grows (a time of change, a number); rows from its last value on are added to the snapshot, those with a known row_id replace the older ones. A folder or a pattern: `files`, only files that were not read before.',
    { minLength: 1 },
  ),
  endpoint: key(
    ['string', 'null'],
    null,
    'S3: address of a compatible store, for example https://minio.example.com; null = Amazon S3.',
    { minLength: 1 },
  ),
  allow_private: key(
    'boolean',
    false,
    'HTTP and S3: may the host have a private or local address (10.…, 192.168.…, 127.0.0.1), and be asked by plain http://?',
  ),
  max_bytes: key('integer', 10 * gibibyte, 'HTTP and S3: a source with more bytes is refused.', {
    minimum: 1,
    maximum: 1024 * gibibyte,
  }),
  timeout: key('number', 300, 'Seconds for which a server may be silent.', {
    exclusiveMinimum: 0,
    maximum: 86_400,
  }),
} satisfies Readonly<Record<string, KeySchema>>;

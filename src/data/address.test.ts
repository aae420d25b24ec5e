import { describe, expect, it } from 'vitest';
import { holdsPassword, namePart, placeOf, sqlitePath } from './address.ts';

describe('placeOf', () => {
  it.each([
    ['data/x.csv', 'file'],
    ['/abs/x.csv', 'file'],
    ['C:/x.csv', 'file'],
    ['sqlite:data/x.db', 'sqlite'],
    ['postgres://h/d', 'postgres'],
    ['postgresql://h/d', 'postgres'],
    ['MySQL://h/d', 'mysql'],
    ['mariadb://h/d', 'mysql'],
    ['https://h/x.csv', 'https'],
    ['s3://b/k', 's3'],
    ['ftp://h/x.csv', undefined],
  ])('%s → %s', (path, place) => {
    expect(placeOf(path)).toBe(place);
  });
});

describe('namePart', () => {
  it('leaves out host and query, in which dots stand too', () => {
    expect(namePart('https://files.host.com/rows.csv.gz?sig=a.parquet')).toBe('/rows.csv.gz');
    expect(namePart('https://files.host.com')).toBe('');
    expect(namePart('s3://bucket/a/b.parquet')).toBe('/a/b.parquet');
    expect(namePart('data/x.csv')).toBe('data/x.csv');
    expect(sqlitePath('sqlite:data/x.db')).toBe('data/x.db');
  });
});

describe('holdsPassword', () => {
  it.each([
    ['postgres://app:secret@h/d', true],
    ['postgres://app:${PGPASSWORD}@h/d', false],
    ['postgres://app:x${PGPASSWORD}@h/d', true],
    ['postgres://app@h/d', false],
    ['postgres://app:@h/d', false],
    ['postgres://h/d?user=a&password=b', true],
    ['postgres://h/d?password=${P}', false],
    ['${DATABASE_URL}', false],
    ['https://u:p@ss@h/x.csv', true],
    ['data/a:b@c.csv', false],
  ])('%s → %s', (written, holds) => {
    expect(holdsPassword(written)).toBe(holds);
  });
});

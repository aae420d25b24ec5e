import { describe, expect, it } from 'vitest';
import { oneStatement, quotedName, tableName } from './statement.ts';

describe('oneStatement', () => {
  it.each([
    ['select 1', 'select 1'],
    ['select 1;', 'select 1'],
    ['select 1 ; -- that is all\n', 'select 1 '],
    // To MySQL this is 5 minus minus 1.
    ['select 5--1', 'select 5--1'],
    ['select \';\' as a, ";" from t', 'select \';\' as a, ";" from t'],
    ["select 'it''s;' from t;", "select 'it''s;' from t"],
    ['select $x$ a; b $x$', 'select $x$ a; b $x$'],
    ['select 1 /* ; */ from t -- ;', 'select 1 /* ; */ from t -- ;'],
  ])('%j is one', (sql, statement) => {
    expect(oneStatement(sql)).toBe(statement);
  });

  it.each([
    '',
    '   ',
    '-- nothing',
    ';',
    'select 1; select 2',
    'select 1; drop table t;',
    "select ''; commit",
  ])('%j is not', (sql) => {
    expect(oneStatement(sql)).toBeUndefined();
  });
});

describe('names', () => {
  it('are quoted, whatever stands in them', () => {
    expect(quotedName('a"b', '"')).toBe('"a""b"');
    expect(tableName('sales.my`orders', '`')).toBe('`sales`.`my``orders`');
  });
});

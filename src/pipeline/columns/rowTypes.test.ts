import fc from 'fast-check';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import type { ColumnSchema } from '../../data/schema.ts';
import { rowTypes } from './rowTypes.ts';

const column = (given: Partial<ColumnSchema>): ColumnSchema => ({
  name: 'a',
  kind: 'category',
  type: 'string',
  nullable: true,
  required: true,
  closed: false,
  ...given,
});
const told = (...columns: readonly Partial<ColumnSchema>[]): string =>
  rowTypes({ columns: columns.map(column), missing: [''] }, 'pipelines/churn.schema.json');

/** The members of the interface that a text declares: name → type, as written. */
function membersOf(text: string): ReadonlyMap<string, string> {
  const source = ts.createSourceFile('rows.ts', text, ts.ScriptTarget.Latest, true);
  const { diagnostics } = ts.transpileModule(text, { reportDiagnostics: true });
  expect(diagnostics).toEqual([]);
  const declared = source.statements.filter(ts.isInterfaceDeclaration);
  expect([source.statements.length, declared.map(({ name }) => name.text)]).toEqual([1, ['Row']]);
  const members = declared.flatMap(({ members: of }) => [...of]).filter(ts.isPropertySignature);
  return new Map(
    members.map(({ name, type }) => [
      ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : '',
      type?.getText() ?? '',
    ]),
  );
}

describe('rowTypes', () => {
  it('says what the cells of each kind are', () => {
    const text = told(
      { name: 'tenure', kind: 'number', type: 'integer', description: 'Months\nwith us.' },
      { name: 'since', kind: 'time' },
      { name: 'note', kind: 'text', nullable: false },
      { name: 'paid on time', type: 'boolean' },
      { name: 'plan', domain: ['a', "b's"], closed: true },
      { name: 'city', domain: ['x'], required: false, nullable: false },
      { name: 'name', domain: ['Ada'], pii: true },
      { name: 'outcome', only: 'training' },
    );
    expect([...membersOf(text)]).toEqual([
      ['tenure', 'number | null'],
      ['since', 'number | null'],
      ['note', 'string'],
      ['paid on time', "'false' | 'true' | null"],
      ['plan', String.raw`'a' | 'b\'s' | null`],
      ['city', "'x' | (string & {}) | null"],
      ['name', 'string | null'],
      ['outcome', 'string | null'],
    ]);
    expect(text).toContain('/** number; Months with us. */');
    expect(text).toContain('ms since 1970 UTC');
    expect(text).not.toContain('Ada');
  });

  it.each([
    [40, true],
    [41, false],
  ])('lists the words of a column up to 40: %i', (count, listed) => {
    const text = told({ domain: Array.from({ length: count }, (_, at) => `w${at}`) });
    expect(text.includes("'w0'")).toBe(listed);
    expect(text.includes(`${count} words, too many to list`)).toBe(!listed);
  });

  it('compiles, whatever columns and words are called', () => {
    const word = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constantFrom('*/', "'", '\\', '\u2028', '`${x}'),
    );
    fc.assert(
      fc.property(
        fc.uniqueArray(word, { minLength: 1, maxLength: 4 }),
        word,
        word,
        (names, a, description) => {
          const columns = names.map((name) => ({
            name,
            domain: [a],
            closed: true,
            nullable: false,
            description,
          }));
          const members = membersOf(told(...columns));
          expect([...members.keys()]).toEqual(names);
          for (const type of members.values()) {
            const literal = ts.createSourceFile('t.ts', `(${type})`, ts.ScriptTarget.Latest);
            const [statement] = literal.statements;
            const inner =
              statement !== undefined &&
              ts.isExpressionStatement(statement) &&
              ts.isParenthesizedExpression(statement.expression)
                ? statement.expression.expression
                : undefined;
            expect(inner !== undefined && ts.isStringLiteral(inner) && inner.text).toBe(a);
          }
        },
      ),
      { numRuns: 20 },
    );
  });
});

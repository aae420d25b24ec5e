import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isIssue } from './cell.ts';
import { classMatcher, classNames } from './classes.ts';
import { exactDecimal } from './decimals.ts';

const by = (classes: readonly string[], label: string | number | boolean): unknown => {
  const matched = classMatcher(classes)(label);
  return isIssue(matched) ? 'refused' : `${matched.name} by ${matched.by}`;
};

describe('classMatcher', () => {
  it.each([
    [['0', '1'], '1', '1 by spelling'],
    [['0', '1'], ' 1 ', '1 by spelling'],
    [['0', '1'], 1, '1 by spelling'],
    [['0', '1'], '1.0', '1 by number'],
    [['0', '1'], '01', '1 by number'],
    [['0', '1'], '1e0', '1 by number'],
    [['0', '1'], '-0', '0 by number'],
    [['0', '1'], '+1', '1 by number'],
    [['0', '1'], '1.0000000000000000000000001', 'refused'],
    [['0', '1'], '2', 'refused'],
    [['0', '1'], true, 'refused'],
    [['0', '1'], 'true', 'refused'],
    [['0', '1'], '', 'refused'],
    [['0', '1'], 'NaN', 'refused'],
    [['0.0', '1.0'], '1', '1.0 by number'],
    [['00712', '712'], '712.0', 'refused'],
    [['00712', '712'], '712', '712 by spelling'],
    [['00712', '712'], '00712', '00712 by spelling'],
    [['9007199254740992', '9007199254740993'], '9007199254740993.0', '9007199254740993 by number'],
    [['false', 'true'], true, 'true by spelling'],
    [['false', 'true'], 'TRUE', 'true by boolean'],
    [['False', 'True'], false, 'False by boolean'],
    [['false', 'true'], '1', 'refused'],
    [['True', 'true', 'false'], 'TRUE', 'refused'],
    [['No', 'Yes'], 'yes', 'refused'],
    [['No', 'Yes'], 'Yes', 'Yes by spelling'],
    [['__proto__', 'constructor'], '__proto__', '__proto__ by spelling'],
    [['__proto__', 'constructor'], 'toString', 'refused'],
  ] as const)('classes %j: label %j is %s', (classes, label, outcome) => {
    expect(by(classes, label)).toBe(outcome);
  });

  it('says why', () => {
    expect(classMatcher(['No', 'Yes'])('yes')).toEqual({
      issue: 'no class of the model: expected one of "No", "Yes", got "yes"',
    });
    expect(classMatcher(['1', '1.0'])('01')).toEqual({
      issue: 'expected one class, got "01", which equals "1" and "1.0"',
    });
  });

  it('gives the index of the class', () => {
    expect(classMatcher(['a', 'b', 'c'])('c')).toEqual({ name: 'c', code: 2, by: 'spelling' });
    expect(classMatcher(['0', '1', '2'])('2.0')).toEqual({ name: '2', code: 2, by: 'number' });
  });
});

describe('classNames', () => {
  it.each([
    [{ No: 3, Yes: 2 }, ['No', 'Yes']],
    [{ yes: 3, Yes: 2 }, ['Yes', 'yes']],
    [{ '1': 5, '1.0': 2, '0': 4 }, ['0', '1']],
    [{ '1': 2, '1.0': 5, '0': 4 }, ['0', '1.0']],
    [{ '1.0': 5, '1': 5, '0': 4 }, ['0', '1']],
    [{ '+1': 5, '01': 5 }, ['+1']],
    [{ TRUE: 1, true: 2, False: 1 }, ['False', 'true']],
    [{ true: 1, '1': 2 }, ['1', 'true']],
  ] as const)('%j: %j', (counts, names) => {
    expect(classNames(new Map(Object.entries(counts)))).toEqual(names);
  });

  it('names classes that every one of the words comes to', () => {
    const word = fc.oneof(
      fc.constantFrom('0', '1', '1.0', '01', '10e-1', 'true', 'TRUE', 'True', 'x', '-0', '0.0'),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
    );
    fc.assert(
      fc.property(fc.array(fc.tuple(word, fc.nat()), { minLength: 1 }), (rows) => {
        const counts = new Map(rows);
        const match = classMatcher(classNames(counts));
        for (const each of counts.keys()) expect(isIssue(match(each))).toBe(false);
      }),
    );
  });
});

describe('exactDecimal', () => {
  it.each([
    ['1', '1e0'],
    ['1.0', '1e0'],
    ['+001.00', '1e0'],
    ['100', '1e2'],
    ['1e2', '1e2'],
    ['.5', '5e-1'],
    ['5.', '5e0'],
    ['-12.50', '-125e-1'],
    ['-0', '0'],
    ['0e999999999999999999999', '0'],
    ['1e999999999999999999999', '1e999999999999999999999'],
    ['9007199254740993', '9007199254740993e0'],
  ])('%s is %s', (text, value) => {
    expect(exactDecimal(text)).toBe(value);
  });

  it('keeps doubles apart and together as their values are', () => {
    const double = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(double, double, (left, right) => {
        expect(exactDecimal(String(left)) === exactDecimal(String(right))).toBe(left === right);
        expect(exactDecimal(left.toExponential())).toBe(exactDecimal(String(left)));
      }),
    );
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fileKeys, isDnsLabel, isLabelValue, isServiceName, labelValue, objectName } from './naming.ts';

/** Names as pipelines have them, and worse. */
const anyName = fc.oneof(
  fc.stringMatching(/^[a-z0-9][a-z0-9_-]{0,62}$/),
  fc.string({ minLength: 1, maxLength: 80 }),
  fc.stringMatching(/^[A-Za-z0-9._-]{1,70}$/),
  fc.stringMatching(/^[a-z]{1,5}-x[0-9a-f]{7}$/),
);

describe('names of objects', () => {
  it.each([
    ['churn', 'churn'],
    ['churn-20240101', 'churn-20240101'],
    ['a'.repeat(40), 'a'.repeat(40)],
  ])('%s stays as it is', (name, expected) => expect(objectName(name)).toBe(expected));

  it.each([
    'churn_model',
    'Churn',
    'churn.v2',
    '2024-churn',
    'churn-',
    'a'.repeat(41),
    'churn-x0123abc',
    '€',
  ])('%s becomes another, marked name', (name) =>
    expect(objectName(name)).toMatch(/^[a-z]([-a-z0-9]{0,31})-x[0-9a-f]{7}$/),
  );

  it('are legal for every kind, with room for every suffix', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const made = objectName(name);
        expect(made.length).toBeLessThanOrEqual(40);
        expect(isServiceName(made)).toBe(true);
        expect(isDnsLabel(`${made}-predict-0123abcd-10000`)).toBe(true);
        expect(`${made}-retrain`.length).toBeLessThanOrEqual(52);
      }),
    );
  });

  it('are the same for the same name, and differ for different ones', () => {
    fc.assert(
      fc.property(anyName, anyName, (one, other) => {
        expect(objectName(one) === objectName(other)).toBe(one === other);
      }),
    );
    expect(objectName('a_b')).not.toBe(objectName('a.b'));
    // A pipeline that is called as another one's objects are.
    expect(objectName(objectName('a_b'))).not.toBe(objectName('a_b'));
  });
});

describe('labels', () => {
  it('are the name itself where that is legal, and legal always', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const value = labelValue(name);
        expect(value).toMatch(/^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/);
        if (isLabelValue(name)) expect(value).toBe(name);
      }),
    );
    expect(labelValue('churn_model')).toBe('churn_model');
    expect(labelValue('churn_')).not.toBe('churn_');
  });
});

describe('keys of a ConfigMap', () => {
  it('say the path where they can', () => {
    expect(fileKeys(['pipelines/churn.yaml']).get('pipelines/churn.yaml')).toBe('pipelines_churn.yaml');
  });

  it('are legal, and one for each path', () => {
    const path = fc.oneof(
      fc.string({ minLength: 1, maxLength: 300 }),
      fc.stringMatching(/^[ab]([/_][ab]){0,3}$/),
    );
    fc.assert(
      fc.property(fc.uniqueArray(path, { maxLength: 12 }), (paths) => {
        const keys = [...fileKeys(paths).values()];
        expect(new Set(keys).size).toBe(paths.length);
        for (const key of keys) expect(key).toMatch(/^[-._a-zA-Z0-9]{1,253}$/);
      }),
    );
  });
});

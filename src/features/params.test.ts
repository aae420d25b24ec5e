import { describe, expect, it } from 'vitest';
import type { Params } from './spec.ts';
import { checkParams, paramsSchema } from './params.ts';

const schema = paramsSchema({
  count: { type: 'integer', minimum: 1, maximum: 9, description: 'How many.' },
  limit: { type: 'number', exclusiveMinimum: 0, description: 'How far.' },
  way: { type: 'string', enum: ['up', 'down'], description: 'Where.' },
  on: { type: 'boolean', description: 'Whether.' },
  list: {
    type: 'array',
    items: { type: 'number', description: 'n' },
    minItems: 1,
    maxItems: 2,
    description: 'Which.',
  },
  either: {
    anyOf: [
      { type: 'number', description: 'n' },
      { type: 'string', description: 's' },
    ],
    description: 'Either.',
  },
});
const check = (params: Params) => () => checkParams('t', schema, params);

describe('checkParams', () => {
  it('lets good parameters pass', () => {
    expect(check({ count: 9, limit: 0.1, way: 'up', on: false, list: [1, 2], either: 'x' })).not.toThrow();
  });
  it.each([
    [{ count: 1.5 }, 'an integer'],
    [{ count: 0 }, 'at least 1'],
    [{ count: 10 }, 'at most 9'],
    [{ count: '3' }, 'a finite integer'],
    [{ limit: 0 }, 'more than 0'],
    [{ limit: Infinity }, 'a finite number'],
    [{ way: 'left' }, 'one of up, down'],
    [{ way: 1 }, 'one of up, down'],
    [{ on: 1 }, 'true or false'],
    [{ list: 1 }, 'a list'],
    [{ list: [] }, 'at least 1 items'],
    [{ list: [1, 2, 3] }, 'at most 2 items'],
    [{ list: ['1'] }, 'each a finite number'],
    [{ either: true }, 'a finite number or text'],
    [{ cuont: 3 }, 'unknown parameter "cuont"'],
    [{ constructor: 3 }, 'unknown parameter "constructor"'],
    [JSON.parse('{"__proto__": 1}'), 'unknown parameter "__proto__"'],
  ])('refuses %j', (params: Params, message) => {
    expect(check(params)).toThrow(message);
  });
  it('names the parameters there are', () => {
    expect(check({ x: 1 })).toThrow(
      expect.objectContaining({
        code: 'transform-parameter',
        exitCode: 2,
        hint: expect.stringContaining('count, limit'),
      }),
    );
  });
});

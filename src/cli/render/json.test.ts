import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { describeFailure } from '../failure.ts';
import { failureJson } from './json.ts';
import { failureShape } from './outputSchema.ts';
import { published } from './publishedSchema.ts';

describe('a failure as JSON', () => {
  it('has its shape and is scrubbed', () => {
    const failure = describeFailure(new TypeError('token hunter2'), {
      interrupted: false,
      verbose: false,
      root: '/',
    });
    const text = failureJson(failure, { command: 'train', pipeline: null, durationMs: 1.5 }, (words) =>
      words.replaceAll('hunter2', '***'),
    );
    expect(text).not.toContain('hunter2');
    const validate = new Ajv2020({ strict: true }).compile(published(failureShape));
    validate(JSON.parse(text));
    expect(validate.errors ?? []).toEqual([]);
  });
});

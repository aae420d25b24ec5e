import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { describeFailure } from '../../src/cli/failure.ts';
import { noInk } from '../../src/cli/render/ink.ts';
import { failureJson } from '../../src/cli/render/json.ts';
import { layout } from '../../src/cli/render/layout.ts';
import { markdown } from '../../src/verbs/view/markdown.ts';
import { failureSchema, outcomeSchema } from '../../src/cli/render/outputSchema.ts';
import { resultSchemas } from '../../src/cli/render/resultSchemas.ts';
import { verbs } from '../../src/verbs/index.ts';
import { displayWidth } from '../../src/verbs/view/width.ts';
import { samples } from './samples.ts';

const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });

describe('every verb', () => {
  it('has a sample here and a schema of its result', () => {
    expect([...new Set(samples.map(({ verb }) => verb))].sort()).toEqual(Object.keys(resultSchemas).sort());
  });

  it.each(samples)(
    '$verb: --json follows the schema, and the schema notices a wrong one',
    async ({ verb, json }) => {
      const validate = ajv.compile(await outcomeSchema(verbs.find(({ name }) => name === verb)!));
      validate(json);
      expect(validate.errors ?? []).toEqual([]);
      expect(validate({ ...Object(json), surprise: 1 })).toBe(false);
      expect(validate({ ...Object(json), result: { surprise: 1 } })).toBe(false);
    },
  );

  it.each(samples)(
    '$verb: fits 40 and 80 columns, and no cell reaches the terminal as a command',
    ({ blocks }) => {
      for (const columns of [40, 80]) {
        const text = layout(blocks, { columns, ink: noInk });
        expect(text).not.toContain('\u001b');
        expect(text.endsWith('\n')).toBe(true);
        const tooWide = text.split('\n').filter((line) => displayWidth(line) > columns);
        // A command to copy is never broken.
        expect(tooWide.filter((line) => !line.includes('aieng '))).toEqual([]);
      }
    },
  );

  it.each(samples)(
    '$verb: Markdown for the step summary has a heading and no raw control character',
    ({ blocks }) => {
      const text = markdown(blocks);
      expect(text).toMatch(/^### /m);
      expect(text).not.toContain('\u001b');
    },
  );
});

describe('the words', () => {
  const textOf = (verb: string): string =>
    layout(samples.find((each) => each.verb === verb)?.blocks ?? [], { columns: 100, ink: noInk });

  it('monitor names the column, what changed and what it costs, and says what to do', () => {
    const text = textOf('monitor');
    for (const words of [
      'alarm',
      '"Fiber optic" 0 % → 85 %',
      '62 more are misjudged',
      'next  aieng retrain churn',
    ]) {
      expect(text).toContain(words);
    }
  });

  it('train puts the model beside the baselines, the metric of the pipeline first', () => {
    expect(textOf('train')).toMatch(
      /metric +linear +majority +one-rule: contract\n +log loss +0\.4100 +0\.5800 +0\.4900/,
    );
  });

  it('--quiet leaves one answer', () => {
    const essential = Object.fromEntries(samples.map((each) => [each.verb, each.essential]));
    expect(essential['package']).toEqual([
      'churn@3',
      expect.stringMatching(/^registry\.example\.com\/ml\/churn@sha256:/),
    ]);
    expect(essential['deploy']).toEqual(['http://127.0.0.1:8080']);
    expect(essential['status']).toEqual(['churn@3 running http://127.0.0.1:8080']);
    expect(essential['retrain']).toEqual(['promoted-and-deployed']);
  });
});

describe('a failure as JSON', () => {
  it('follows its schema and is scrubbed', () => {
    const failure = describeFailure(new TypeError('token hunter2'), {
      interrupted: false,
      verbose: false,
      root: '/',
    });
    const text = failureJson(failure, { command: 'train', pipeline: null, durationMs: 1.5 }, (words) =>
      words.replaceAll('hunter2', '***'),
    );
    expect(text).not.toContain('hunter2');
    const validate = ajv.compile(failureSchema);
    validate(JSON.parse(text));
    expect(validate.errors ?? []).toEqual([]);
  });
});

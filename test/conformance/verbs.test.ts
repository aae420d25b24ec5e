import { existsSync, readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { noInk } from '../../src/cli/render/ink.ts';
import { outcomeJson } from '../../src/cli/render/json.ts';
import { layout } from '../../src/cli/render/layout.ts';
import { outcomeShape } from '../../src/cli/render/outputSchema.ts';
import { published } from '../../src/cli/render/publishedSchema.ts';
import type { Sample } from '../../src/verbs/sample.ts';
import { verbs } from '../../src/verbs/index.ts';
import { markdown } from '../../src/verbs/view/markdown.ts';
import { misread } from './commandLines.ts';
import { displayWidth } from '../../src/verbs/view/width.ts';

/**
 * What every verb of verbs/index.ts owes, whatever it does: its result has a shape, its samples (verbs/<verb>/sample.ts)
 * have that shape, and its view tells each of them on any terminal.
 */
const ajv = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true });
const folder = (name: string): string => resolve(import.meta.dirname, '../../src/verbs', name);
const told = verbs.filter(({ result }) => result !== undefined);

async function samplesOf(name: string): Promise<readonly Sample[]> {
  const { samples }: { samples: readonly Sample[] } = await import(`${folder(name)}/sample.ts`);
  return samples;
}

const jsonOf = (name: string, { outcome }: Sample): object =>
  JSON.parse(outcomeJson(outcome, { command: name, durationMs: 12.7 }, (text) => text));

describe('verbs', () => {
  it('that a person calls give a result with samples; hidden ones have neither', () => {
    for (const { name, group, result } of verbs) {
      if (group === 'hidden') expect([name, result]).toEqual([name, undefined]);
      else expect([name, existsSync(`${folder(name)}/sample.ts`)]).toEqual([name, result !== undefined]);
    }
  });

  it('are the folders of src/verbs, by name', () => {
    const folders = readdirSync(folder('.')).filter((name) => existsSync(`${folder(name)}/command.ts`));
    expect(verbs.map(({ name }) => name.replace(/^__/, '')).sort()).toEqual(folders.sort());
  });

  it('that give a result are functions of the TypeScript API too', async () => {
    const api: object = await import('../../src/index.ts');
    // Words that no function may be called by.
    const functions = Object.keys(api).map((name) => name.replace(/^(package|import)Model$/, '$1'));
    expect(told.map(({ name }) => name).filter((name) => !functions.includes(name))).toEqual([]);
  });
});

describe.each(told)('$name', (verb) => {
  it('--json has the shape of the result, and the shape notices another', async () => {
    const validate = ajv.compile(published(await outcomeShape(verb)));
    for (const sample of await samplesOf(verb.name)) {
      const json = jsonOf(verb.name, sample);
      validate(json);
      expect(validate.errors ?? []).toEqual([]);
      expect(validate({ ...json, surprise: 1 })).toBe(false);
      expect(validate({ ...json, result: { ...Object(sample.outcome.result), surprise: 1 } })).toBe(false);
      for (const key of Object.keys(Object(sample.outcome.result)).slice(0, 1))
        expect(validate({ ...json, result: { ...Object(sample.outcome.result), [key]: Symbol } })).toBe(
          false,
        );
    }
  });

  it.each([40, 80, 200])(
    'is told within %i columns, and no cell reaches the terminal as a command',
    async (columns) => {
      for (const { blocks } of await samplesOf(verb.name)) {
        const text = layout(blocks, { columns, ink: noInk });
        expect(text).not.toContain('\u001b');
        expect(text.endsWith('\n')).toBe(true);
        const tooWide = text.split('\n').filter((line) => displayWidth(line) > columns);
        // What is to be copied, a command or a token, is never broken.
        expect(tooWide.filter((line) => !/aieng[ _]|sha256:/.test(line))).toEqual([]);
      }
    },
  );

  it('is told as Markdown, with a heading and without control characters', async () => {
    for (const { blocks, annotations } of await samplesOf(verb.name)) {
      const text = markdown(blocks);
      expect(text).toMatch(/^### /m);
      expect(text).not.toContain('\u001b');
      for (const { message, title } of annotations) expect(message.length * title.length).toBeGreaterThan(0);
    }
  });

  it('--quiet leaves lines of one answer', async () => {
    for (const { essential } of await samplesOf(verb.name))
      for (const line of essential) expect(line).toMatch(/^\S.*$/);
  });

  it('what it says to do next can be typed', async () => {
    for (const { blocks } of await samplesOf(verb.name))
      for (const block of blocks)
        for (const command of block.kind === 'next' ? block.commands : [])
          expect([command, misread(command)]).toEqual([command, null]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Json } from '../digest.ts';
import { seal, unseal } from './sealed.ts';

const opened = (place: string, text: string): ReturnType<typeof unseal> =>
  unseal(place, JSON.parse(text) as Json);

const documents = fc
  .dictionary(fc.string(), fc.jsonValue())
  .map((content) => JSON.parse(JSON.stringify(content)) as Record<string, Json>)
  .filter((content) => !Object.hasOwn(content, 'sha256'));

describe('a sealed document', () => {
  it('gives back what was sealed', () => {
    fc.assert(
      fc.property(documents, fc.string(), (content, place) => {
        expect(opened(place, seal(place, content))).toEqual({ content, seal: 'whole' });
      }),
    );
  });

  it('shows every change of a character that changes what it says', () => {
    const place = 'runs/run/one';
    const text = seal(place, { metric: 0.81, name: 'churn', stages: [{ state: 'ran' }] });
    for (let at = 0; at < text.length; at += 1) {
      const changed = `${text.slice(0, at)}${text[at] === '1' ? '2' : '1'}${text.slice(at + 1)}`;
      let json: Json;
      try {
        json = JSON.parse(changed) as Json;
      } catch {
        continue;
      }
      // What hides the digest itself is no seal; everything else breaks it.
      expect(unseal(place, json).seal).toBe('sha256' in (json as object) ? 'broken' : 'none');
    }
  });

  it('is not whole in the place of another', () => {
    expect(opened('runs/run/two', seal('runs/run/one', { a: 1 })).seal).toBe('broken');
  });

  it('tells a document without a digest from one whose digest is wrong', () => {
    expect(unseal('runs/run/one', { a: 1 })).toEqual({ content: { a: 1 }, seal: 'none' });
    expect(unseal('runs/run/one', [1])).toEqual({ content: [1], seal: 'none' });
    expect(unseal('runs/run/one', { a: 1, sha256: null }).seal).toBe('broken');
  });

  it.each([[[1]], [null], ['text'], [{ sha256: 'mine' }]])('refuses %j', (content) => {
    expect(() => seal('runs/run/one', content)).toThrow(RangeError);
  });
});

import { describe, expect, it } from 'vitest';
import { samples as deployed } from './deploy/sample.ts';
import { samples as packaged } from './package/sample.ts';
import { samples as retrained } from './retrain/sample.ts';
import { samples as looked } from './status/sample.ts';

describe('--quiet leaves the one answer that a script goes on with', () => {
  it.each([
    ['deploy', deployed, ['http://127.0.0.1:8080']],
    ['retrain', retrained, ['promoted-and-deployed']],
    ['status', looked, ['churn@3 running http://127.0.0.1:8080']],
    ['package', packaged, ['churn@3', expect.stringMatching(/^registry\.example\.com\/ml\/churn@sha256:/)]],
  ])('%s', (_name, [sample], lines) => {
    expect(sample?.essential).toEqual(lines);
  });
});

import { describe, expect, it } from 'vitest';
import { writingTo } from './diskRefusal.ts';

describe('a disk that refuses DuckDB', () => {
  it('is told with the folder and the reason (exit 2)', async () => {
    const cause = new Error('IO Error: Could not write file "/data/.part": No space left on device');
    await expect(writingTo('/data/.part', () => Promise.reject(cause))).rejects.toMatchObject({
      code: 'disk-refuses',
      exitCode: 2,
      message: 'A Parquet file cannot be written to /data: No space left on device.',
    });
  });

  it('is not blamed for anything else', async () => {
    const cause = new Error('Binder Error: no column x');
    await expect(writingTo('/data/x', () => Promise.reject(cause))).rejects.toBe(cause);
  });
});

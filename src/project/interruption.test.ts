import { describe, expect, it } from 'vitest';
import { pieceRows } from '../work.ts';
import type { Work } from '../work.ts';
import type { ProgressEvent } from './context.ts';
import { inPieces } from './interruption.ts';

/** Work of so many pieces of so many rows. `reached` says how far it got. */
function* counting(pieces: number, rows: number, reached: number[]): Work<string> {
  for (let piece = 0; piece < pieces; piece += 1) {
    reached.push(piece);
    yield rows;
  }
  return 'done';
}

const told = { label: 'work', detail: 'rows', total: 0 };

function watched() {
  const said: ProgressEvent[] = [];
  const controller = new AbortController();
  return {
    said,
    controller,
    context: { progress: (event: ProgressEvent) => said.push(event), signal: controller.signal },
  };
}

describe('inPieces', () => {
  it('gives the result, and says nothing of work that is short', async () => {
    const { context, said } = watched();
    expect(await inPieces(context, told, counting(3, 10, []))).toBe('done');
    expect(said).toEqual([]);
  });

  it('says how far it is once so many rows were done, not before', async () => {
    const { context, said } = watched();
    const half = pieceRows / 2;
    await inPieces(context, { ...told, total: 5 * half }, counting(5, half, []));
    expect(said).toEqual(
      [2, 4].map((halves) => ({
        kind: 'progress',
        label: 'work',
        detail: 'rows',
        done: halves * half,
        total: 5 * half,
      })),
    );
    const border = watched();
    await inPieces(border.context, told, counting(1, pieceRows - 1, []));
    await inPieces(border.context, told, counting(1, pieceRows, []));
    expect(border.said).toHaveLength(1);
  });

  it('looks around more often where each row costs more', async () => {
    const { context, said } = watched();
    await inPieces(context, { ...told, every: 10 }, counting(3, 9, []));
    await inPieces(context, { ...told, every: 10 }, counting(3, 10, []));
    expect(said.map((event) => ('done' in event ? event.done : null))).toEqual([18, 10, 20, 30]);
  });

  it('never shows more done than there is', async () => {
    const { context, said } = watched();
    await inPieces(context, { ...told, total: 10 }, counting(1, pieceRows, []));
    expect(said[0]).toMatchObject({ done: pieceRows, total: pieceRows });
  });

  it('lets other things happen in between, and ends where somebody pressed Ctrl-C', async () => {
    const { context, controller } = watched();
    const reached: number[] = [];
    setImmediate(() => controller.abort());
    await expect(inPieces(context, told, counting(100, pieceRows, reached))).rejects.toMatchObject({
      code: 'interrupted',
      exitCode: 130,
    });
    expect(reached).toEqual([0]);
  });
});

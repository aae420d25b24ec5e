/**
 * A signal that aborts after `ms`, with a `TimeoutError` as its reason.
 *
 * Not `AbortSignal.timeout`: where nothing but `AbortSignal.any` refers to that one, Node 20 collects it as garbage,
 * and what waits for the deadline waits for ever. The timer here holds its signal. It keeps no process alive.
 */
export function deadline(ms: number): AbortSignal {
  const over = new AbortController();
  const late = (): void => over.abort(new DOMException(`not done within ${ms} ms`, 'TimeoutError'));
  setTimeout(late, ms).unref();
  return over.signal;
}

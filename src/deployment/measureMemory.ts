import type { TargetContext, Wish } from './target.ts';
import { startInstance } from './targets/supervised/instance.ts';
import { askGolden } from './targets/supervised/probe.ts';

/** Requests before the look: the heap has then grown to what it stays at. */
const requests = 1000;
const atOnce = 8;

const residentMemory = /^process_resident_memory_bytes (\S+)$/m;

/**
 * Resident memory, in bytes, of a service of this bundle after a thousand requests: started as a process of this
 * machine, proven healthy, asked, looked at and stopped. What a container of it needs is close to that.
 *
 * @throws deployError (exit 6) where it does not get healthy.
 */
export async function measureMemory(wish: Wish, context: TargetContext): Promise<number> {
  const { environment, folder, logFolder, progress, signal, serveCommand = [] } = context;
  const attempt = {
    environment,
    folder,
    logFolder,
    owner: '',
    progress,
    signal,
    socket: null,
    onMetricsAsked: () => Promise.resolve(''),
    onLine: () => undefined,
  };
  const { backend, port, instance } = await startInstance(wish, { kind: 'process', serveCommand }, attempt);
  try {
    const probe = { port, bundlePath: wish.bundlePath, token: instance, signal };
    let left = requests;
    const caller = async (): Promise<void> => {
      while (left-- > 0) await askGolden(probe);
    };
    await Promise.all(Array.from({ length: atOnce }, caller));
    const answer = await fetch(`http://127.0.0.1:${port}/metrics`, { signal });
    const bytes = Number(residentMemory.exec(await answer.text())?.[1]);
    if (!(bytes > 0)) throw new Error('the service does not say how much memory it has');
    return bytes;
  } finally {
    await backend.stop(5000);
  }
}

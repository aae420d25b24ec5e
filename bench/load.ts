// One kept connection after the other sends the next request when the answer to the last is there: closed-loop load.
import { connect } from 'node:net';

export const connections = 32;
export const seconds = 4;

export interface Measured {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly failed: number;
  /** CPU time of the serving process per request, user and system; NaN for a process that is not ours. */
  readonly cpuUs: number;
}

/** A server to be measured. */
export interface Served {
  readonly port: number;
  /** CPU time of its process so far, in microseconds. */
  readonly cpuUs: () => Promise<number>;
  readonly end: () => void;
}

/** One kept connection that sends the next request when the answer to the last is there. */
function caller(port: number, message: Buffer, until: number, latencies: number[]): Promise<number> {
  return new Promise((resolve, reject) => {
    let failed = 0;
    let sent = 0;
    let text = '';
    const socket = connect(port, '127.0.0.1').setNoDelay(true);
    const next = (): void => {
      if (performance.now() >= until) {
        socket.destroy();
        return;
      }
      sent = performance.now();
      socket.write(message);
    };
    socket.on('connect', next).on('error', reject);
    // A service that sheds load closes connections: the caller comes again.
    socket.on('close', () => {
      if (performance.now() < until)
        resolve(caller(port, message, until, latencies).then((more) => failed + more));
      else resolve(failed);
    });
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      const head = text.indexOf('\r\n\r\n');
      const length = /content-length: (\d+)/i.exec(text)?.[1];
      if (head === -1 || length === undefined || text.length < head + 4 + Number(length)) return;
      if (!text.startsWith('HTTP/1.1 200')) failed += 1;
      text = '';
      latencies.push(performance.now() - sent);
      next();
    });
  });
}

/** Warms up for a second, then measures POST /predict with one body. */
export async function measure({ port, cpuUs }: Served, body: string): Promise<Measured> {
  const message = Buffer.from(
    `POST /predict HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
  const run = async (forSeconds: number): Promise<{ latencies: Float64Array; failed: number }> => {
    const latencies: number[] = [];
    const until = performance.now() + forSeconds * 1000;
    const failed = await Promise.all(
      Array.from({ length: connections }, () => caller(port, message, until, latencies)),
    );
    return { latencies: Float64Array.from(latencies).sort(), failed: failed.reduce((sum, n) => sum + n, 0) };
  };
  await run(1);
  const before = await cpuUs();
  const { latencies, failed } = await run(seconds);
  const used = (await cpuUs()) - before;
  const at = (share: number): number => latencies[Math.floor(share * (latencies.length - 1))] ?? NaN;
  return {
    perSecond: latencies.length / seconds,
    p50Ms: at(0.5),
    p99Ms: at(0.99),
    failed,
    cpuUs: used / latencies.length,
  };
}

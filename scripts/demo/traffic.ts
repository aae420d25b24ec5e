import http from 'node:http';
import type { Row } from './deal.ts';

const numeric = new Set([
  'female',
  'senior_citizen',
  'partner',
  'dependents',
  'tenure',
  'phone_service',
  'paperless_billing',
  'monthly_charges',
  'total_charges',
]);

/** A customer as a request gives it: numbers as numbers, an empty cell as null, no label. */
export function featuresOf(row: Row): Record<string, string | number | null> {
  const cells = Object.entries(row).filter(([name]) => name !== 'churn');
  return Object.fromEntries(
    cells.map(([name, text]) => [name, text === '' ? null : numeric.has(name) ? Number(text) : text]),
  );
}

interface Reply {
  readonly status: number;
  readonly body: { readonly id?: string };
}

const agent = new http.Agent({ keepAlive: true, maxSockets: 16 });

function post(url: string, path: string, payload: unknown): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const text = JSON.stringify(payload);
    const request = http.request(
      `${url}${path}`,
      {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () => {
          try {
            resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) });
          } catch (error) {
            reject(error instanceof Error ? error : new Error('unreadable answer'));
          }
        });
      },
    );
    request.on('error', reject);
    request.end(text);
  });
}

/** What came of a stretch of traffic. `ids` has the prediction id by row, where there is one. */
export interface TrafficResult {
  readonly requests: number;
  readonly failed: number;
  readonly ids: readonly (string | undefined)[];
  readonly firstFailure: string | null;
}

async function predictOne(url: string, row: Row): Promise<{ id?: string; failure?: string }> {
  try {
    const reply = await post(url, '/predict', { features: featuresOf(row) });
    if (reply.status === 200 && reply.body.id !== undefined) return { id: reply.body.id };
    return { failure: `HTTP ${reply.status} ${JSON.stringify(reply.body)}` };
  } catch (error) {
    return { failure: error instanceof Error ? error.message : String(error) };
  }
}

/** One request a customer, eight at a time. Never retried: a failed request is counted as failed. */
export async function sendCustomers(url: string, rows: readonly Row[]): Promise<TrafficResult> {
  const ids: (string | undefined)[] = Array.from({ length: rows.length });
  const failures: string[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < rows.length; index = next++) {
      const { id, failure } = await predictOne(url, rows[index]!);
      ids[index] = id;
      if (failure !== undefined) failures.push(failure);
    }
  };
  await Promise.all(Array.from({ length: 8 }, worker));
  return { requests: rows.length, failed: failures.length, ids, firstFailure: failures[0] ?? null };
}

/** Months later it is known who left: the label of every prediction, in lists of a hundred. */
export async function sendLabels(
  url: string,
  rows: readonly Row[],
  ids: TrafficResult['ids'],
): Promise<number> {
  const labels = rows.flatMap((row, index) =>
    ids[index] === undefined ? [] : [{ id: ids[index], label: row.churn! }],
  );
  for (let at = 0; at < labels.length; at += 100) {
    const reply = await post(url, '/feedback', labels.slice(at, at + 100));
    if (reply.status !== 200)
      throw new Error(`feedback was refused: HTTP ${reply.status} ${JSON.stringify(reply.body)}`);
  }
  return labels.length;
}

/** Traffic that goes on until it is told to stop: customers who come back, one after the other. */
export function keepSending(url: string, rows: readonly Row[]): { stop(): Promise<TrafficResult> } {
  let running = true;
  const failures: string[] = [];
  let requests = 0;
  const loop = (async (): Promise<void> => {
    for (let index = 0; running; index += 1) {
      const { failure } = await predictOne(url, rows[index % rows.length]!);
      requests += 1;
      if (failure !== undefined) failures.push(failure);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  })();
  return {
    stop: async () => {
      running = false;
      await loop;
      return { requests, failed: failures.length, ids: [], firstFailure: failures[0] ?? null };
    },
  };
}

/** Closes idle connections, so that the process can end. */
export const closeConnections = (): void => agent.destroy();

import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import { fakePredictor, fakeRow } from '../../../test/system/fakePredictor.ts';
import { createService } from '../service.ts';

const agent = new Agent({ keepAlive: true });
const cleanups: (() => unknown)[] = [() => agent.destroy()];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

interface Told {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

const body = JSON.stringify({ features: fakeRow });

const ask = (port: number, id: string): Promise<Told> =>
  new Promise((resolve, reject) => {
    const headers = {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      'x-request-id': id,
    };
    const asked = request({ host: '127.0.0.1', port, path: '/predict', method: 'POST', agent, headers });
    asked.on('error', reject).on('response', (reply) => {
      let text = '';
      reply.setEncoding('utf8').on('data', (more: string) => (text += more));
      reply.on('end', () => resolve({ status: reply.statusCode ?? 0, headers: reply.headers, text }));
    });
    asked.end(body);
  });

/** Without what HTTP adds by itself, or differs from one request to the next. */
const steady = ({ status, headers, text }: Told): object => {
  const { date: _date, 'keep-alive': _kept, 'x-request-id': _id, ...rest } = headers;
  return { status, headers: rest, text };
};

it('answers each request of a flood, those that are refused unread as those that are not, and counts them', async () => {
  // A prediction takes ten milliseconds on the clock of the service, whatever the machine does.
  let now = 0;
  const predictor = fakePredictor();
  const slow: typeof predictor = {
    ...predictor,
    predictRows: (...given) => {
      now += 10;
      return predictor.predictRows(...given);
    },
  };
  const service = await createService({
    predictor: slow,
    checkGolden: () => [],
    log: null,
    clock: () => 1000,
    elapsed: () => now,
    newId: () => 'id',
    softwareVersion: '1.2.3',
  });
  cleanups.push(() => service.close());
  const { port } = await service.listen({ host: '127.0.0.1', port: 0 });
  const all: Told[] = [];
  const isUnread = ({ status, headers }: Told): boolean => status === 503 && headers.date === undefined;
  const caller = async (name: number): Promise<void> => {
    for (let turn = 0; turn < 100 && all.filter(isUnread).length < 100; turn += 1) {
      const id = `${name}-${turn}`;
      const told = await ask(port, id);
      expect(told.headers['x-request-id']).toBe(id);
      all.push(told);
    }
  };
  await Promise.all(Array.from({ length: 150 }, (_, name) => caller(name)));

  const answered = all.filter(({ status }) => status === 200);
  const refused = all.filter(({ status }) => status === 503);
  expect(answered.length + refused.length).toBe(all.length);
  expect(refused.filter(isUnread).length).toBeGreaterThan(0);
  expect(refused.some((told) => !isUnread(told))).toBe(true);
  expect(refused[0]?.headers['retry-after']).toBe('1');
  expect(new Set(refused.map((told) => JSON.stringify(steady(told)))).size).toBe(1);
  const figures = await service.figures();
  expect(figures).toContain(`aieng_overload_rejections_total ${refused.length}\n`);
  expect(figures).toContain(
    `aieng_http_requests_total{route="/predict",status="2xx",version="3"} ${answered.length}\n`,
  );
  expect(figures).toContain(
    `aieng_http_requests_total{route="/predict",status="5xx",version="3"} ${refused.length}\n`,
  );
});

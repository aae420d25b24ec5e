import { Agent, request } from 'node:http';

/** Answers by status (0 = no answer), and the bodies' models. */
export interface LoadResult {
  readonly statuses: Map<number, number>;
  readonly versions: Set<number>;
  /** Answers whose headers name another model than their body. */
  mixed: number;
}

/** One request over kept connections; status 0 when there was no answer. */
export function ask(
  url: string,
  options: { body?: string; agent?: Agent; headers?: Record<string, string> } = {},
): Promise<{ status: number; body: string; model?: string }> {
  const { body, agent, headers = {} } = options;
  return new Promise((resolve) => {
    const asked = request(
      url,
      {
        method: body === undefined ? 'GET' : 'POST',
        headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
        ...(agent === undefined ? {} : { agent }),
      },
      (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (chunk: string) => (text += chunk));
        const { 'x-aieng-model': model } = answer.headers;
        const named = typeof model === 'string' ? { model } : {};
        answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text, ...named }));
        answer.on('error', () => resolve({ status: 0, body: 'cut off' }));
      },
    );
    asked.on('error', (error) => resolve({ status: 0, body: String(error) }));
    asked.end(body);
  });
}

/** Constant traffic of `connections` callers until `stop` is called. */
export function constantLoad(
  url: string,
  body: string,
  connections: number,
): { answered(): number; stop(): Promise<LoadResult> } {
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const result: LoadResult = { statuses: new Map(), versions: new Set(), mixed: 0 };
  let running = true;
  const caller = async (): Promise<void> => {
    while (running) {
      const answer = await ask(url, { body, agent });
      result.statuses.set(answer.status, (result.statuses.get(answer.status) ?? 0) + 1);
      if (answer.status !== 200) continue;
      const { name, version } = JSON.parse(answer.body).model;
      result.versions.add(version);
      if (answer.model !== `${name}@${version}`) result.mixed += 1;
    }
  };
  const callers = Array.from({ length: connections }, caller);
  return {
    answered: () => [...result.statuses.values()].reduce((sum, count) => sum + count, 0),
    stop: async () => {
      running = false;
      await Promise.all(callers);
      agent.destroy();
      return result;
    },
  };
}

import { once } from 'node:events';
import { createServer } from 'node:http';

/** One alert as a webhook gets it, as far as the story looks. */
export interface Arrived {
  readonly kind: string;
  readonly reason: string;
  readonly summary: string;
}

/** What somebody's on-call service is in the story: it takes what is sent, and tells what came since it was asked last. */
export interface Receiver {
  readonly url: string;
  take(): readonly Arrived[];
  close(): void;
}

export async function openReceiver(): Promise<Receiver> {
  const arrived: Arrived[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (part: string) => (body += part));
    request.on('end', () => {
      const { alerts }: { alerts: Arrived[] } = JSON.parse(body);
      arrived.push(...alerts);
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}/`,
    take: () => arrived.splice(0),
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

import type { Doors } from './doors.ts';

/** A model as a web server has it: a request of the Fetch standard in, its response out. */
export type Fetching = (request: Request) => Promise<Response>;

/** @param doors of the model */
export const fetching =
  (doors: Doors): Fetching =>
  async (request) => {
    const { pathname, searchParams } = new URL(request.url);
    const { status, headers, body } = await doors.handle({
      method: request.method,
      path: pathname,
      query: Object.fromEntries(searchParams),
      body: async () => new Uint8Array(await request.arrayBuffer()),
    });
    return new Response(request.method === 'HEAD' ? null : body, {
      status,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'x-content-type-options': 'nosniff',
        ...headers,
      },
    });
  };

import type { ServerResponse } from 'node:http';

/** Tells open pages that the store changed. */
export interface Events {
  readonly add: (response: ServerResponse) => void;
  readonly close: () => void;
}

/**
 * Looks at the store as long as somebody watches, and tells them where it is another one than before.
 *
 * @param look A short text that differs where something did.
 */
export function openEvents(look: () => Promise<string>, everyMs: number): Events {
  const watching = new Set<ServerResponse>();
  let timer: NodeJS.Timeout | undefined;
  let seen: string | undefined;
  // Somebody leaves and another comes while the store is looked at: the look for the first goes on for nobody.
  let course = 0;
  const rest = (): void => {
    clearTimeout(timer);
    timer = undefined;
    seen = undefined;
    course += 1;
  };
  const watch = async (): Promise<void> => {
    const mine = course;
    // What cannot be read now is read at the next turn; the pages themselves say what is wrong.
    const now = await look().catch(() => seen);
    if (mine !== course) return;
    if (seen !== undefined && now !== seen)
      for (const response of watching) response.write('event: changed\ndata: \n\n');
    seen = now;
    timer = setTimeout(() => void watch(), everyMs);
  };
  return {
    add: (response) => {
      response.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      });
      response.write(': open\n\n');
      watching.add(response);
      response.once('close', () => {
        watching.delete(response);
        if (watching.size === 0) rest();
      });
      if (watching.size === 1) void watch();
    },
    close: () => {
      rest();
      for (const response of watching) response.end();
      watching.clear();
    },
  };
}

import { createHash, timingSafeEqual } from 'node:crypto';

/** Compared by their digests, in a time that says nothing of where they differ. */
function isSame(given: string, known: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(known));
}

/** Somebody who opened the printed address in a browser. */
interface Visitor {
  readonly cookie: string;
  readonly csrf: string;
}

/** Who may see the pages: a browser that brought the token of the printed address, once. */
export interface Sessions {
  /** The token of the next address. */
  readonly token: () => string;
  /** The header that sets the cookie, or null: the token is none, or was used. */
  readonly enter: (token: string) => string | null;
  /** Whose cookie it is. */
  readonly visitor: (cookieHeader: string | undefined) => { readonly csrf: string } | null;
  readonly isCsrf: (visitor: { readonly csrf: string }, given: string) => boolean;
}

/**
 * Sessions live as long as the process. A token opens one session and is gone, so that an address in a history or a log
 * opens nothing.
 *
 * @param newSecret 256 bits that nobody can guess.
 */
export function openSessions(newSecret: () => string): Sessions {
  let token = newSecret();
  // A browser keeps cookies of all ports of a machine in one place: two of these must not take each other's.
  const cookieName = `aieng_ui_${newSecret().slice(0, 8)}`;
  const visitors: Visitor[] = [];
  return {
    token: () => token,
    enter: (given) => {
      if (!isSame(given, token)) return null;
      token = newSecret();
      const visitor = { cookie: newSecret(), csrf: newSecret() };
      visitors.push(visitor);
      return `${cookieName}=${visitor.cookie}; Path=/; HttpOnly; SameSite=Strict`;
    },
    visitor: (header = '') => {
      const given = header
        .split(';')
        .map((pair) => pair.trim().split('='))
        .find(([name]) => name === cookieName)?.[1];
      if (given === undefined) return null;
      return visitors.find(({ cookie }) => isSame(given, cookie)) ?? null;
    },
    isCsrf: ({ csrf }, given) => isSame(given, csrf),
  };
}

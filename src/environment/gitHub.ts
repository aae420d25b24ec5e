import type { AskJson } from './askJson.ts';
import { askJson } from './askJson.ts';

export interface GitHubAccess {
  /** `https://api.github.com`, or a server's own. */
  readonly apiUrl: string;
  readonly token: string;
  readonly signal: AbortSignal;
}

/** GitHub's REST API (version 2022-11-28) behind one function. */
export const askGitHub = ({ apiUrl, token, signal }: GitHubAccess): AskJson =>
  askJson({
    url: apiUrl,
    headers: {
      accept: 'application/vnd.github+json',
      authorization: `Bearer ${token}`,
      'x-github-api-version': '2022-11-28',
    },
    signal,
  });

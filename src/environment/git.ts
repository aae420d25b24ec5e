import type { GitState } from './environment.ts';

/**
 * Reads `git status --porcelain=v2 --branch`: the commit, the branch (null when detached), and whether a tracked file
 * differs from it. null before the first commit.
 */
export function parseGitStatus(text: string): GitState | null {
  let commit: string | null = null;
  let branch: string | null = null;
  let dirty = false;
  for (const line of text.split('\n')) {
    if (line.startsWith('# branch.oid ')) commit = line.slice('# branch.oid '.length);
    else if (line.startsWith('# branch.head ')) branch = line.slice('# branch.head '.length);
    else if (line !== '' && !line.startsWith('#')) dirty = true;
  }
  if (commit === null || !/^[0-9a-f]{40,64}$/.test(commit)) return null;
  return { commit, dirty, branch: branch === '(detached)' ? null : branch };
}

/**
 * The commit of the project that a run is made from, or null where there is no git, no repository or no commit. Never
 * throws and never asks for anything. Untracked files do not make it dirty, as in `git describe --dirty`. Remotes are
 * not read, so no credential can get into a record; a repository's own hooks are not run.
 */
export async function readGit(root: string): Promise<GitState | null> {
  try {
    const { execa } = await import('execa');
    const { stdout } = await execa(
      'git',
      [
        '-c',
        'core.fsmonitor=false',
        'status',
        '--porcelain=v2',
        '--branch',
        '--untracked-files=no',
        '--no-ahead-behind',
      ],
      {
        cwd: root,
        timeout: 5_000,
        stdin: 'ignore',
        // No index refresh is written: reading a project must not change it, nor wait for a lock of git's.
        env: { GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' },
      },
    );
    return parseGitStatus(stdout);
  } catch {
    return null;
  }
}

import type { Variables } from '../environmentFile.ts';

/** What a program of the system said. */
export interface ToolResult {
  readonly exitCode: number;
  readonly stdout: Uint8Array;
  readonly stderr: string;
}

/** Longer than any of these tools needs: one that hangs (a mount that is gone) does not hang us. */
const timeoutMs = 30_000;

/** Calls a program and waits for it; null where there is none of that name. Its messages are English. */
export async function runTool(
  program: string,
  args: readonly string[],
  variables: Variables,
  input?: Uint8Array,
): Promise<ToolResult | null> {
  const { execa } = await import('execa');
  const result = await execa(program, args, {
    env: { ...variables, LC_ALL: 'C' },
    extendEnv: false,
    encoding: 'buffer',
    reject: false,
    timeout: timeoutMs,
    stripFinalNewline: false,
    ...(input === undefined ? { stdin: 'ignore' as const } : { input }),
  });
  if (result.code === 'ENOENT' || result.code === 'EACCES') return null;
  return {
    exitCode: result.exitCode ?? 1,
    stdout: result.stdout,
    stderr: Buffer.from(result.stderr).toString('utf8'),
  };
}

import path from 'node:path';
import { execa } from 'execa';

const bin = path.resolve(import.meta.dirname, '../../bin/aieng.js');

/** What a command gave. */
export interface CommandResult {
  readonly command: string;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
}

/** Runs the real CLI as a user would type it, shows the command before its output, and keeps both. */
export async function aieng(
  folder: string,
  args: readonly string[],
  print: (text: string) => void,
  variables: Readonly<Record<string, string>> = {},
): Promise<CommandResult> {
  const command = `aieng ${args.map((word) => (word.includes(' ') ? `"${word}"` : word)).join(' ')}`;
  print(`\n  $ ${command}\n`);
  const started = performance.now();
  const result = await execa(process.execPath, [bin, ...args], {
    cwd: folder,
    reject: false,
    stdin: 'ignore',
    env: {
      AIENG_STORE: '',
      COLUMNS: '100',
      ...variables,
      ...(process.stdout.isTTY && process.env.NO_COLOR === undefined ? { FORCE_COLOR: '1' } : {}),
    },
  });
  const indent = (text: string): string => text.replaceAll(/^(?=.)/gm, '    ');
  if (result.stderr !== '') print(indent(result.stderr));
  if (result.stdout !== '') print(indent(result.stdout));
  return {
    command,
    exitCode: result.exitCode ?? -1,
    stdout: result.stdout,
    stderr: result.stderr,
    seconds: (performance.now() - started) / 1000,
  };
}

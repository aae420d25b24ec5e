import { spawn } from 'node:child_process';
import { usageError } from '../errors.ts';
import { deadline } from '../deadline.ts';

/** A program that signs, as it is called. */
export interface SigningCommand {
  readonly argv: readonly string[];
  /** What it may see of the environment. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly signal: AbortSignal;
}

const timeoutMs = 120_000;
const mostBytes = 10_000;

// What the program prints may say its secrets: it is not repeated.
const failed = (program: string, problem: string, cause?: unknown): Error =>
  usageError({
    code: 'signing-command-failed',
    message: `The program that signs (${program}) ${problem}.`,
    hint: 'Call it yourself with a digest on stdin (`openssl dgst -sha256 -binary <file> | <program> …`): it has to write the signature to stdout, and what is wrong to stderr.',
    ...(cause === undefined ? {} : { cause }),
  });

/**
 * Runs a program that holds a key (a token, a cloud's key service): a digest on its stdin, a signature on its stdout. No
 * shell, and no word of its command line is of ours.
 *
 * @throws usage error (exit 2) where it does not start, fails, takes longer than two minutes or says too much.
 */
export function runSigningCommand(
  { argv, variables, cwd, signal }: SigningCommand,
  digest: Uint8Array,
): Promise<Uint8Array> {
  const [program = '', ...words] = argv;
  return new Promise((resolve, reject) => {
    const pieces: Uint8Array[] = [];
    let bytes = 0;
    const child = spawn(program, words, {
      shell: false,
      cwd,
      env: variables,
      stdio: ['pipe', 'pipe', 'inherit'],
      signal: AbortSignal.any([signal, deadline(timeoutMs)]),
      killSignal: 'SIGKILL',
    });
    child.stdout.on('data', (piece: Uint8Array) => {
      bytes += piece.byteLength;
      if (bytes > mostBytes) child.kill('SIGKILL');
      else pieces.push(piece);
    });
    child.on('error', (error: NodeJS.ErrnoException) =>
      reject(
        failed(
          program,
          error.name === 'AbortError'
            ? `was ended before it answered`
            : `could not be started (${error.code ?? error.name})`,
        ),
      ),
    );
    child.on('close', (code, ended) => {
      if (bytes > mostBytes)
        reject(failed(program, `wrote more than ${mostBytes} bytes, which is no signature`));
      else if (code !== 0)
        reject(failed(program, `ended with ${code === null ? String(ended) : `exit ${code}`}`));
      else resolve(Buffer.concat(pieces));
    });
    // A program need not read what it is given.
    child.stdin.on('error', () => undefined);
    child.stdin.end(digest);
  });
}

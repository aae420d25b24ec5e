import { execa } from 'execa';

/** The Python of this machine that has these modules: that of AIENG_PYTHON, else python3; null where it lacks one. */
export async function pythonWith(modules: readonly string[]): Promise<string | null> {
  const python = process.env['AIENG_PYTHON'] ?? 'python3';
  const { exitCode, stdout } = await execa(
    python,
    ['-c', `import sys, ${modules.join(', ')}; print(sys.executable)`],
    { reject: false, stdin: 'ignore', timeout: 60_000 },
  );
  return exitCode === 0 ? stdout.trim() : null;
}

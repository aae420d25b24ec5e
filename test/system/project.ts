import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll } from 'vitest';
import { fixture, runCli } from '../cli/support.ts';
import type { CliResult } from '../cli/support.ts';

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** An empty folder outside the repository, gone when the file's tests are over. */
export function scratchFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'aieng-system-')));
  folders.push(folder);
  return folder;
}

/** A user's project: its folder, and the built CLI called in it. */
export interface Project {
  readonly folder: string;
  aieng(...args: readonly string[]): Promise<CliResult>;
  /** The same, and it has to end with 0. */
  must(...args: readonly string[]): Promise<CliResult>;
  write(path: string, text: string): void;
}

/** A project with these files. */
export function createProject(files: Readonly<Record<string, string>>): Project {
  const folder = scratchFolder();
  const project: Project = {
    folder,
    aieng: (...args) => runCli(args, { cwd: folder, timeoutMs: 200_000 }),
    must: async (...args) => {
      const result = await project.aieng(...args);
      if (result.exitCode !== 0)
        throw new Error(`aieng ${args.join(' ')}: exit ${result.exitCode}\n${result.stderr}${result.stdout}`);
      return result;
    },
    write: (path, text) => {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    },
  };
  for (const [path, text] of Object.entries(files)) project.write(path, text);
  return project;
}

/** Header and lines of a fixture; its cells hold no line breaks. */
export function fixtureLines(name: string): { readonly header: string; readonly lines: readonly string[] } {
  const [header, ...lines] = readFileSync(fixture(name), 'utf8').trimEnd().split('\n');
  return { header: header!, lines };
}

/** A fixture's rows from `from` up to `to` as a CSV. */
export function someRows(name: string, from: number, to: number): string {
  const { header, lines } = fixtureLines(name);
  return `${[header, ...lines.slice(from, to)].join('\n')}\n`;
}

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeGitHub } from './fakeGitHub.ts';
import { emptyFolder, runCli, schemaErrors } from './support.ts';

const output = (changes: object = {}): string =>
  JSON.stringify({
    schema: 1,
    command: 'run',
    pipeline: 'churn',
    ok: true,
    exitCode: 0,
    durationMs: 1,
    runId: null,
    warnings: [],
    metrics: { test: { log_loss: 0.41 } },
    bundle: 'ab'.repeat(32),
    ...changes,
  });

function folderOf(files: Readonly<Record<string, string>>): string {
  const folder = emptyFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

describe('aieng compare', () => {
  it('puts two outputs side by side, outside a project too', async () => {
    const cwd = folderOf({ 'a.json': output(), 'b.json': output({ metrics: { test: { log_loss: 0.5 } } }) });
    const { exitCode, stdout } = await runCli(['compare', 'a.json', 'b.json', '--markdown', 'c.md'], { cwd });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('log loss 0.41 → 0.5: worse');
    expect(readFileSync(join(cwd, 'c.md'), 'utf8')).toMatch(/^<!-- aieng:churn -->\n### ⚠️ /);
    const { json } = await runCli(['compare', '-', 'b.json', '--json'], { cwd });
    expect(schemaErrors('compare', json)).toEqual([]);
    expect(json).toMatchObject({ exitCode: 0, pipeline: 'churn', result: { base: null, comment: null } });
  });

  it.each<[string, string[], string]>([
    ['a file that is not there', ['nowhere.json', 'a.json'], 'file-not-found'],
    ['one that is no output', ['a.json', 'odd.json'], 'not-an-output'],
    ['another pipeline', ['a.json', 'other.json'], 'other-pipeline'],
    ['a comment without a place', ['a.json', 'a.json', '--comment'], 'no-repository'],
    ['a number that is none', ['a.json', 'a.json', '--pull-request', '7x'], 'invalid-argument'],
  ])('%s is exit code 2', async (_name, args, code) => {
    const cwd = folderOf({
      'a.json': output(),
      'odd.json': '{}',
      'other.json': output({ pipeline: 'fraud' }),
    });
    const { exitCode, json } = await runCli(['compare', ...args, '--json'], { cwd });
    expect([exitCode, json.error.code]).toEqual([2, code]);
  });

  it('keeps one comment on the pull request of the workflow', async () => {
    const { env, comments, seen } = await fakeGitHub();
    const cwd = folderOf({
      'a.json': output(),
      'b.json': output({ warnings: ['look, @octocat <b>'] }),
      'event.json': JSON.stringify({ pull_request: { number: 7 } }),
    });
    const workflow = { cwd, env: { ...env, GITHUB_EVENT_PATH: join(cwd, 'event.json') } };
    const states: unknown[] = [];
    for (const head of ['a.json', 'a.json', 'b.json']) {
      const { exitCode, json, stderr } = await runCli(
        ['compare', 'a.json', head, '--comment', '--json'],
        workflow,
      );
      expect([exitCode, stderr.includes('ghs_secret')]).toEqual([0, false]);
      states.push(json.result.comment.state);
    }
    expect(states).toEqual(['created', 'unchanged', 'updated']);
    const ours = comments.filter(({ body }) => body.startsWith('<!-- aieng:churn -->'));
    expect(ours).toHaveLength(1);
    expect(ours[0]?.body).toContain('@\u200boctocat \\<b\\>');
    expect(seen.filter((each) => !each.startsWith('GET'))).toEqual([
      'POST /repos/o/r/issues/7/comments',
      `PATCH /repos/o/r/issues/comments/${ours[0]?.id ?? ''}`,
    ]);
  });

  it('writes no secret, though Markdown would hide it behind a backslash', async () => {
    const cwd = folderOf({ 'a.json': output({ warnings: ['the key is s3_cr*et, they say'] }) });
    const summary = join(cwd, 'summary.md');
    const env = { API_KEY: 's3_cr*et', GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: summary };
    const { exitCode } = await runCli(['compare', '-', 'a.json', '--markdown', 'c.md'], { cwd, env });
    expect(exitCode).toBe(0);
    for (const file of [summary, join(cwd, 'c.md')]) {
      expect(readFileSync(file, 'utf8')).toContain('the key is \\*\\*\\*, they say');
      expect(readFileSync(file, 'utf8')).not.toMatch(/s3\\?_/);
    }
  });

  it('a token of a fork may not write: a warning, exit 0', async () => {
    const { env } = await fakeGitHub(false);
    const cwd = folderOf({ 'a.json': output() });
    const { exitCode, json, stderr } = await runCli(
      ['compare', '-', 'a.json', '--comment', '--pull-request', '7', '--json'],
      { cwd, env },
    );
    expect(exitCode).toBe(0);
    expect(json.result.comment.state).toBe('refused');
    expect(stderr).toContain('warning: The comment was not written');
    expect(JSON.stringify(json) + stderr).not.toContain('ghs_secret');
  });

  it('a server that is not there: a warning; a token that is none: exit 2', async () => {
    const { env } = await fakeGitHub();
    const cwd = folderOf({ 'a.json': output() });
    const args = ['compare', '-', 'a.json', '--comment', '--pull-request', '7', '--json'];
    const [nobody, wrong] = await Promise.all([
      runCli(args, { cwd, env: { ...env, GITHUB_API_URL: 'http://127.0.0.1:1' } }),
      runCli(args, { cwd, env: { ...env, GITHUB_TOKEN: 'ghs_other' } }),
    ]);
    expect([nobody.exitCode, nobody.json.result.comment.state]).toEqual([0, 'refused']);
    expect([wrong.exitCode, wrong.json.error.code]).toEqual([2, 'token-refused']);
    expect(wrong.stdout + wrong.stderr).not.toContain('ghs_other');
  });
});

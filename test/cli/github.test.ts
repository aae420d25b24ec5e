import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { emptyFolder, runCli } from './support.ts';

describe('under GitHub Actions', () => {
  it('an error is an annotation on its line, with the path of the repository, and stands in the summary', async () => {
    const workspace = emptyFolder();
    const cwd = join(workspace, 'models');
    mkdirSync(join(cwd, 'pipelines'), { recursive: true });
    writeFileSync(join(cwd, 'pipelines', 'churn.yaml'), 'source: rows.csv\nlabel: churned\nmodle: {}\n');
    const summary = join(workspace, 'summary.md');
    writeFileSync(summary, 'before\n');
    const { exitCode, json, stderr } = await runCli(['train', '--json'], {
      cwd,
      env: { GITHUB_ACTIONS: 'true', GITHUB_WORKSPACE: workspace, GITHUB_STEP_SUMMARY: summary },
    });
    expect(exitCode).toBe(2);
    expect(json.ok).toBe(false);
    const annotations = stderr.split('\n').filter((line) => line.startsWith('::'));
    expect(annotations).toHaveLength(1);
    expect(annotations[0]).toMatch(
      /^::error file=models\/pipelines\/churn\.yaml,line=3,col=1,title=aieng train%3A [\w-]+::/,
    );
    expect(readFileSync(summary, 'utf8')).toMatch(/^before\n### ❌ aieng train/);
  });

  it('a summary that cannot be written is a warning, not a failure', async () => {
    const { exitCode, stderr } = await runCli(['trian'], {
      cwd: emptyFolder(),
      env: { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: '/nowhere/summary.md' },
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('step summary could not be written');
  });

  it('elsewhere nothing of it is said', async () => {
    const { stderr } = await runCli(['trian'], { cwd: emptyFolder() });
    expect(stderr).not.toContain('::');
  });
});

import { describe, expect, it } from 'vitest';
import { customersPipeline, openTestProject } from '../../cascade/testing.fixture.ts';
import { parseAccess, tokenHash } from '../../serving/access/access.ts';
import type { Context } from '../context.ts';
import { openPipeline } from '../openPipeline.ts';
import { accessFor, servedDoor } from './access.ts';
import { placeOf } from './place.ts';

async function projectWith(
  deploy: string,
  variables: Readonly<Record<string, string>> = {},
): Promise<Context> {
  const { context } = await openTestProject({ 'pipelines/left.yaml': customersPipeline(deploy) });
  return { ...context, environment: { ...context.environment, variables } };
}

const accessOf = async (context: Context): Promise<string> =>
  accessFor(context, 'left', placeOf(await openPipeline(context, 'left')));

const hash = tokenHash('t');
const auth = `auth: { tokens: { shop: "sha256:${hash}" } }`;

describe('who may call a deployment', () => {
  it('is everybody on this machine, by its address, where nothing is said', async () => {
    expect(parseAccess(await accessOf(await projectWith('')))).toEqual({ hosts: ['127.0.0.1'], tokens: [] });
  });

  it('is whose token is known; tokens for feedback make the others good for predictions alone', async () => {
    const token = 'a-token-of-the-environment';
    const context = await projectWith(
      `deploy:\n  host: 0.0.0.0\n  allowed_hosts: [api.example.com]\n  auth:\n    tokens: { shop: "sha256:${hash}" }\n    feedback: { crm: "\${CRM}" }\n`,
      { CRM: token },
    );
    const text = await accessOf(context);
    expect(parseAccess(text)).toEqual({
      hosts: ['api.example.com', '0.0.0.0'],
      tokens: [
        { name: 'shop', hash, purposes: ['predict'] },
        { name: 'crm', hash: tokenHash(token), purposes: ['feedback'] },
      ],
    });
    expect(text).not.toContain(token);
    const alone = await projectWith(`deploy:\n  ${auth}\n`);
    expect(parseAccess(await accessOf(alone)).tokens[0]?.purposes).toEqual(['predict', 'feedback']);
  });

  it.each([
    'host: 0.0.0.0',
    'host: "::"',
    'host: 10.0.0.1',
    'host: api.internal',
    'target: kubernetes',
    '{ target: container, host: 0.0.0.0 }',
    `{ host: 0.0.0.0, auth: { feedback: { crm: "sha256:${hash}" } } }`,
  ])('is refused where other machines reach it without a token: %s', async (deploy) => {
    const context = await projectWith(`deploy:\n  ${deploy}\n`);
    await expect(accessOf(context)).rejects.toMatchObject({
      exitCode: 2,
      code: 'token-needed',
      hint: expect.stringMatching(/aieng token new callers.*pipelines\/left\.yaml.*deploy: \{ auth/),
    });
  });

  it('knows what a network calls it', async () => {
    const cluster = await projectWith(`deploy:\n  target: kubernetes\n  ${auth}\n`);
    expect(parseAccess(await accessOf(cluster)).hosts).toEqual([
      'left',
      'left.default',
      'left.default.svc',
      'left.default.svc.cluster.local',
    ]);
    const container = await projectWith('deploy: { target: container }\n');
    expect(parseAccess(await accessOf(container)).hosts).toEqual(['127.0.0.1', 'left']);
  });

  it('refuses a token of the environment that can be guessed', async () => {
    const context = await projectWith('deploy:\n  auth: { tokens: { shop: "${SHOP}" } }\n', {
      SHOP: 'hunter2',
    });
    const refused = accessOf(context);
    await expect(refused).rejects.toThrow(/at least 24 .* in \$\{SHOP\}/);
    await expect(refused).rejects.not.toThrow(/hunter2/);
  });
});

describe('who may call a service in the foreground', () => {
  it('is what its target says, or what the pipeline does', async () => {
    const context = await projectWith(`deploy:\n  ${auth}\n`);
    const given = JSON.stringify({ hosts: ['x'], tokens: [] });
    expect((await servedDoor(context, 'left', { host: '0.0.0.0', access: given })).access).toEqual({
      hosts: ['x'],
      tokens: [],
    });
    expect((await servedDoor(context, 'left', { host: '0.0.0.0' })).access.tokens).toHaveLength(1);
    await expect(servedDoor(context, 'left', { host: '127.0.0.1', access: '{}' })).rejects.toMatchObject({
      exitCode: 2,
    });
  });

  it('is who has the token of the environment, for a bundle without a pipeline', async () => {
    const token = 'a-token-of-the-environment';
    const context = await projectWith('', { AIENG_TOKEN: token });
    expect((await servedDoor(context, 'other', { host: '0.0.0.0' })).access).toMatchObject({
      tokens: [{ hash: tokenHash(token), purposes: ['predict', 'feedback'] }],
    });
    const weak = await projectWith('', { AIENG_TOKEN: 'hunter2' });
    await expect(servedDoor(weak, 'other', { host: '127.0.0.1' })).rejects.toMatchObject({
      code: 'token-weak',
    });
    const none = await projectWith('');
    expect((await servedDoor(none, 'other', { host: '127.0.0.1' })).access.tokens).toEqual([]);
    await expect(servedDoor(none, 'other', { host: '0.0.0.0' })).rejects.toMatchObject({
      code: 'token-needed',
      hint: expect.stringContaining('AIENG_TOKEN'),
    });
  });
});

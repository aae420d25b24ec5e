import { chmod, unlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { AiengError, busyError, exitCodes } from '../../../errors.ts';

/** One command of the control channel. `signal` fires when the asker hangs up before the answer. */
export type Command = (
  body: unknown,
  progress: (message: string) => void,
  signal: AbortSignal,
) => Promise<unknown>;

/** By method and path, e.g. `POST /switch`. */
export type Commands = Readonly<Record<string, Command>>;

const largestBody = 64 * 1024;

/** Between two signs of life of a command that is under way: its asker waits for as long as they come. */
const signEveryMs = 1000;

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue;
    size += chunk.length;
    if (size > largestBody) throw new RangeError('the command is too large');
    chunks.push(chunk);
  }
  return size === 0 ? null : JSON.parse(Buffer.concat(chunks).toString('utf8'));
}

/** An error as it crosses the socket. */
function describe(error: unknown): object {
  if (error instanceof AiengError) {
    const { code, message, hint, exitCode } = error;
    return { code, message, hint, exitCode };
  }
  return {
    code: 'supervisor-failed',
    message: error instanceof Error ? error.message : String(error),
    hint: 'Look into supervisor.log in the deployment’s folder.',
    exitCode: exitCodes.deployFailed,
  };
}

async function answer(commands: Commands, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => gone.abort());
  const say = (line: object): void => {
    if (!response.destroyed) response.write(`${JSON.stringify(line)}\n`);
  };
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const signs = setInterval(() => say({ working: true }), signEveryMs);
  try {
    const command = commands[`${request.method ?? ''} ${request.url ?? ''}`];
    if (command === undefined) throw new TypeError(`no command ${request.method ?? ''} ${request.url ?? ''}`);
    const result = await command(await readJson(request), (progress) => say({ progress }), gone.signal);
    say({ result: result ?? null });
  } catch (error) {
    say({ error: describe(error) });
  } finally {
    clearInterval(signs);
  }
  response.end();
}

/** Does somebody listen there? */
function isAnswered(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

function listenOnce(server: Server, socketPath: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(socketPath, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

/**
 * Listens for commands. The socket is also the claim on the deployment: a second supervisor is refused, and what a
 * killed one left behind is cleared away.
 *
 * @throws busyError when another supervisor answers there.
 */
export async function serveControl(socketPath: string, commands: Commands): Promise<Server> {
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    answer(commands, request, response).catch(() => response.destroy());
  });
  try {
    await listenOnce(server, socketPath);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    if (await isAnswered(socketPath))
      throw busyError({
        code: 'supervisor-running',
        message: 'Another supervisor already runs this deployment.',
        hint: 'Run `aieng status`.',
      });
    await unlink(socketPath);
    await listenOnce(server, socketPath);
  }
  if (process.platform !== 'win32') await chmod(socketPath, 0o600);
  return server;
}

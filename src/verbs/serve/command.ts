import { Option } from 'commander';
import { exitCodes, usageError } from '../../errors.ts';
import { hostOfSocket } from '../../serviceAddress.ts';
import { bundleHelp, parsePort, parseVersion, parseBytes } from '../flags.ts';
import type { Verb } from '../verb.ts';
import { versioned } from '../view/format.ts';
import type { ServeOptions } from './options.ts';

interface Flags {
  readonly host: string;
  readonly port: number;
  readonly logFolder?: string;
  readonly instance?: string;
  readonly modelVersion?: number;
  readonly bodyLimitBytes?: number;
  readonly probeToken?: string;
  readonly access?: string;
  readonly socket?: string;
  readonly tlsCertificate?: string;
  readonly tlsKey?: string;
  readonly docs: boolean;
  readonly all: boolean;
  readonly second?: string;
  readonly secondVersion?: number;
  readonly secondAs?: 'canary' | 'shadow';
  readonly secondShare?: number;
  readonly drainMs?: number;
  readonly durable: boolean;
  readonly announce: boolean;
}

/** How targets start an instance: nobody else types these. */
const hidden = (flags: string): Option => new Option(flags).hideHelp();

function tlsOf(certificate: string | undefined, key: string | undefined): Pick<ServeOptions, 'tls'> {
  if (certificate === undefined && key === undefined) return {};
  if (certificate !== undefined && key !== undefined) return { tls: { certificate, key } };
  throw usageError({
    code: 'flags-do-not-fit',
    message: '--tls-certificate and --tls-key are two halves of one thing.',
    hint: 'Give both.',
  });
}

/** A bundle, or null for all pipelines. */
function bundleOf(given: string | undefined, all: boolean): string | null {
  if (all !== (given === undefined))
    throw usageError({
      code: 'flags-do-not-fit',
      message: all ? '--all serves every pipeline, and a bundle was named.' : 'No bundle was named.',
      hint: 'Use `aieng serve churn` for one, or `aieng serve --all`.',
    });
  return given ?? null;
}

export const serveVerb: Verb = {
  name: 'serve',
  group: 'Serve',
  summary: 'the HTTP service in the foreground',
  description:
    'Serves a bundle until Ctrl-C: POST /predict, /feedback, the Open Inference Protocol under /v2, /invocations, /health, /metrics, /openapi.json and /docs, a page to read and try it. Replays the golden rows before it answers anybody. Where other machines can reach it, callers need a token: deploy.auth of the pipeline, or AIENG_TOKEN for a bundle without one.',
  examples: [
    ['aieng serve churn', 'the newest version on http://127.0.0.1:8080'],
    ['aieng serve churn@3 --host 0.0.0.0 --port 80', 'for a container'],
    ['aieng serve --all', 'every pipeline: /models/<name>/predict, /v2/models/<name>/infer'],
    ['aieng serve churn --socket /run/churn.sock', 'for this user of this machine'],
  ],
  exits: [exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).serveResult,
  define: (command, session) =>
    command
      .argument('[bundle]', bundleHelp)
      .option('--all', 'the newest version of every pipeline behind one address, by name', false)
      .option('--host <address>', 'address to listen on', '127.0.0.1')
      .option('--port <n>', 'port to listen on; 0 lets the system choose', parsePort, 8080)
      .addOption(
        new Option('--socket <path>', 'a Unix socket to listen on instead, for this user alone').conflicts([
          'host',
          'port',
        ]),
      )
      .option('--tls-certificate <pem>', "certificate to speak TLS with (default: the pipeline's deploy.tls)")
      .option('--tls-key <pem>', 'its private key')
      .option(
        '--no-docs',
        "without the page for people at /docs (default: as the pipeline's deploy.docs says)",
      )
      .addOption(hidden('--log-folder <dir>'))
      .addOption(hidden('--instance <name>'))
      .addOption(hidden('--model-version <n>').argParser(parseVersion))
      .addOption(hidden('--body-limit-bytes <n>').argParser(parseBytes))
      .addOption(hidden('--probe-token <token>'))
      .addOption(hidden('--access <json>'))
      .addOption(hidden('--second <dir>'))
      .addOption(hidden('--second-version <n>').argParser(parseVersion))
      .addOption(hidden('--second-as <role>').choices(['canary', 'shadow']))
      .addOption(hidden('--second-share <x>').argParser(Number))
      .addOption(hidden('--drain-ms <n>').argParser(Number))
      .addOption(hidden('--durable').default(false))
      .addOption(hidden('--announce').default(false))
      .action(async (given: string | undefined, flagsGiven: Flags) => {
        const { announce, all, socket, tlsCertificate, tlsKey, ...flags } = flagsGiven;
        const bundle = bundleOf(given, all);
        const place = {
          ...(socket === undefined ? {} : { host: hostOfSocket(socket) }),
          ...tlsOf(tlsCertificate, tlsKey),
        };
        const onListening = (address: { readonly url: string }): void =>
          session.note(`${bundle ?? ''} answers at ${address.url} (Ctrl-C stops it)`);
        await session.perform(command, {
          rootOptional: !all,
          call: async (context) => {
            if (bundle === null) {
              const { serveAll } = await import('./serveAll.ts');
              const { host, port, docs } = flags;
              return serveAll(context, {
                ...{ host, port, docs, ...place },
                onListening: ({ url }, models) => {
                  for (const { name, version, memoryMb } of models)
                    session.note(`${versioned(name, version)}: ${memoryMb} MB, at /models/${name}/predict`);
                  session.note(`${models.length} models answer at ${url} (Ctrl-C stops them)`);
                },
              });
            }
            const { serve } = await import('./serve.ts');
            return serve(context, {
              bundle,
              ...flags,
              ...place,
              ...(announce ? { supervised: process } : { onListening }),
            });
          },
          view: async () => (await import('./view.ts')).serveView,
        });
      }),
};

import { Option } from 'commander';
import { targetNames } from '../../deployment/targets/names.ts';
import { exitCodes, usageError } from '../../errors.ts';
import { bundleHelp, parsePort, parseShare, waitOption } from '../flags.ts';
import type { DeployOptions } from './options.ts';
import type { Verb } from '../verb.ts';

interface Flags {
  readonly to?: string;
  readonly host?: string;
  readonly port?: number;
  readonly context?: string;
  readonly namespace?: string;
  readonly compose?: string;
  readonly manifests?: string;
  readonly push: boolean;
  readonly canary?: number | true;
  readonly shadow?: number | true;
  readonly promote: boolean;
  readonly dryRun: boolean;
  readonly wait: number;
}

/** `--compose` and `--manifests` name a folder and thereby the target. */
function renderingOf({ compose, manifests, push, dryRun, to }: Flags): { to?: string; render?: string } {
  const [render, target] = compose === undefined ? [manifests, 'kubernetes'] : [compose, 'container'];
  const mixed = compose !== undefined && manifests !== undefined;
  if (
    mixed ||
    (render !== undefined && (dryRun || (to ?? target) !== target)) ||
    (push && render === undefined)
  )
    throw usageError({
      code: 'flags-do-not-fit',
      message:
        '--compose and --manifests each write files for one target instead of deploying; --push goes with them.',
      hint: 'Use one of them, without --dry-run.',
    });
  return render === undefined ? { ...(to === undefined ? {} : { to }) } : { to: target, render };
}

/** `--canary`, `--shadow` and `--promote` say three things that exclude each other, and go with what serves on this machine. */
function besideOf({
  canary,
  shadow,
  promote,
  compose,
  manifests,
}: Flags): Pick<DeployOptions, 'beside' | 'promote'> {
  const asked = [canary, shadow].filter((flag) => flag !== undefined).length + (promote ? 1 : 0);
  if (asked > 1 || (asked === 1 && (compose ?? manifests) !== undefined))
    throw usageError({
      code: 'flags-do-not-fit',
      message: '--canary, --shadow and --promote exclude each other, and files (--compose, --manifests).',
      hint: 'Use one of them.',
    });
  if (promote) return { promote };
  const given = canary ?? shadow;
  if (given === undefined) return {};
  const share = given === true ? null : given;
  return { beside: { role: canary === undefined ? 'shadow' : 'canary', share } };
}

export const deployVerb: Verb = {
  name: 'deploy',
  group: 'Serve',
  summary: 'put a bundle to work: plan, start, check health and golden rows, switch or roll back',
  description:
    'Starts the bundle beside what serves now, checks its health and replays its golden rows, and only then switches traffic over without dropping a request. Where a check fails, the version before serves on. Never trains anything.',
  examples: [
    ['aieng deploy', 'the newest version that passed its gates'],
    ['aieng deploy churn@3 --port 9000', 'this version, on this port'],
    [
      'aieng deploy churn@4 --canary 10%',
      'beside what serves, for a tenth of the requests; `monitor` judges it',
    ],
    ['aieng deploy churn --promote', 'what runs as a canary or shadow takes over'],
    ['aieng deploy churn.tar --dry-run', 'what would be done'],
    ['aieng deploy churn --to container', 'in a container of docker or podman'],
    ['aieng deploy churn --manifests k8s', 'a kustomize tree for GitOps; touches no cluster'],
  ],
  exits: [exitCodes.deployFailed, exitCodes.busy, exitCodes.storeDamaged],
  result: async () => (await import('./result.ts')).deployResult,
  define: (command, session) =>
    command
      .argument('[bundle]', bundleHelp)
      .addOption(
        new Option('--to <target>', 'where it runs')
          .choices(targetNames)
          .default(undefined, "the pipeline's deploy.target"),
      )
      .option('--host <address>', "address to listen on (default: where it runs now, else the pipeline's)")
      .option('--port <n>', "port to listen on (default: where it runs now, else the pipeline's)", parsePort)
      .option('--context <name>', "kubernetes: context of the kubeconfig (default: the pipeline's)")
      .option('--namespace <name>', "kubernetes: namespace (default: the pipeline's)")
      .addOption(
        new Option(
          '--canary [share]',
          "answer a share of the requests with it, sticky by key (default: the pipeline's, else 10%)",
        ).argParser(parseShare),
      )
      .addOption(
        new Option(
          '--shadow [share]',
          'ask it too, after the answer was given (default: all requests)',
        ).argParser(parseShare),
      )
      .option('--promote', 'let what runs as a canary or shadow take over', false)
      .option('--compose <dir>', 'write a Compose file into this folder instead of deploying')
      .option('--manifests <dir>', 'write a kustomize tree into this folder instead of deploying')
      .option('--push', 'with --compose or --manifests: push the image that they name', false)
      .option('--dry-run', 'show the plan and touch nothing that runs', false)
      .addOption(waitOption())
      .action(async (bundle: string | undefined, flags: Flags) => {
        const { host, port, context: kubeContext, namespace, push, dryRun, wait } = flags;
        const given = {
          ...(bundle === undefined ? {} : { bundle }),
          ...renderingOf(flags),
          ...besideOf(flags),
          ...(host === undefined ? {} : { host }),
          ...(port === undefined ? {} : { port }),
          ...(kubeContext === undefined ? {} : { kubeContext }),
          ...(namespace === undefined ? {} : { namespace }),
        };
        await session.perform(command, {
          rootOptional: bundle !== undefined,
          call: async (context) => {
            const { deploy } = await import('./deploy.ts');
            return deploy(context, { ...given, push, dryRun, waitMs: wait });
          },
          view: async () => (await import('./view.ts')).deployView,
        });
      }),
};

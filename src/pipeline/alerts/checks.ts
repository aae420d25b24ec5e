import type { SinkName } from '../../alertWords.ts';
import { sinkNames } from '../../alertWords.ts';
import type { AlertSinkSection, AlertsSection } from './section.ts';
import { secretSettings } from './section.ts';
import type { Problem } from '../problems.ts';
import { problem } from '../problems.ts';

const variable = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/;
const anyVariable = /\$\{[A-Za-z_][A-Za-z0-9_]*\}/;

/** The sink that a receiver names; null where it names none, or several. */
export function sinkOf(receiver: AlertSinkSection): SinkName | null {
  const named = sinkNames.filter((name) => receiver[name] !== undefined);
  return named.length === 1 ? named[0]! : null;
}

/** Under what a receiver is known. */
export const receiverName = (receiver: AlertSinkSection): string =>
  receiver.name ?? sinkOf(receiver) ?? 'none';

const settingsOf = (receiver: AlertSinkSection, sink: SinkName): readonly (readonly [string, unknown])[] =>
  Object.entries(receiver[sink] ?? {});

/** A secret stands in no file that is kept in git. The value that was written is never shown. */
function checkSecrets(receiver: AlertSinkSection, sink: SinkName, pointer: string): Problem[] {
  const suggestion = `${sink.toUpperCase()}_${secretSettings[sink][0]?.toUpperCase() ?? ''}`;
  return settingsOf(receiver, sink).flatMap(([name, value]) =>
    typeof value === 'string' && secretSettings[sink].includes(name) && !variable.test(value)
      ? [
          problem(
            `${pointer}/${sink}/${name}`,
            'a secret stands in the file',
            `Put \${${suggestion}} in its place, and set it in the environment: export ${suggestion}=…`,
          ),
        ]
      : [],
  );
}

function addressProblem(url: string): readonly [string, string] | null {
  // What stands for a part of it may be anything.
  const whole = url.replaceAll(new RegExp(anyVariable, 'g'), 'x');
  if (!/^https?:\/\//.test(url) && !url.startsWith('${'))
    return [
      'expected an address with http:// or https://',
      'Write for example https://ops.example.com/aieng.',
    ];
  if (/^https?:/.test(whole) && !URL.canParse(whole))
    return ['this is no address', 'Write for example https://ops.example.com/aieng.'];
  if (/^https?:\/\/[^/?#]*@/.test(whole))
    return [
      'user or password stand in the address',
      'Take them out; where the address is a secret, put it whole into the environment: url: "${ALERT_URL}"',
    ];
  return null;
}

function checkAddress(receiver: AlertSinkSection, sink: SinkName, pointer: string): Problem[] {
  const { url } = { url: null, ...receiver.webhook, ...receiver.alertmanager };
  const found = url === null ? null : addressProblem(url);
  return found === null ? [] : [problem(`${pointer}/${sink}/url`, ...found)];
}

/** Everybody of this machine sees arguments of programs. */
const checkCommand = ({ command }: AlertSinkSection, pointer: string): Problem[] =>
  (command?.argv ?? []).flatMap((word, index) =>
    anyVariable.test(word)
      ? [
          problem(
            `${pointer}/command/argv/${index}`,
            'arguments are given as they are: everybody on the machine can see them',
            'Name the variable in command.environment, and read it in the program.',
          ),
        ]
      : [],
  );

function checkEmail({ email }: AlertSinkSection, pointer: string): Problem[] {
  if (email === undefined || (email.user === null) === (email.password === null)) return [];
  return [
    problem(
      `${pointer}/email/${email.user === null ? 'password' : 'user'}`,
      'user and password go together',
      'Name both, or none.',
    ),
  ];
}

function checkReceiver(receiver: AlertSinkSection, index: number): Problem[] {
  const pointer = `/alerts/sinks/${index}`;
  const sink = sinkOf(receiver);
  if (sink === null)
    return [
      problem(
        pointer,
        `expected exactly one of ${sinkNames.join(', ')}`,
        'Write for example "- slack: {url: "${SLACK_URL}"}".',
      ),
    ];
  return [
    ...checkSecrets(receiver, sink, pointer),
    ...checkAddress(receiver, sink, pointer),
    ...checkCommand(receiver, pointer),
    ...checkEmail(receiver, pointer),
  ];
}

/** What the schema alone cannot say of the receivers of alerts. */
export function checkAlerts({ sinks }: AlertsSection): Problem[] {
  const names = sinks.map(receiverName);
  const twice = names.findIndex((name, index) => names.indexOf(name) !== index);
  return [
    ...sinks.flatMap(checkReceiver),
    ...(twice === -1
      ? []
      : [
          problem(
            `/alerts/sinks/${twice}`,
            `two receivers are known as ${names[twice]!}`,
            'Give one of them a name: "name: night-shift".',
          ),
        ]),
  ];
}

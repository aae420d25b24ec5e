import type { JsonRecord } from '../fields.ts';
import type { Subject } from './subject.ts';

const folder = '/etc/aieng/tls';
const volume = 'tls';

/** How the port of the service is called, in pods and in front of them. */
export const portName = ({ settings }: Subject): 'http' | 'https' =>
  settings.tlsSecret === null ? 'http' : 'https';

/** What callers of that kind come by where they name no port. */
export const usualPort = (subject: Subject): number => (portName(subject) === 'http' ? 80 : 443);

/** The arguments by which the service speaks TLS. */
export const tlsArguments = ({ settings }: Subject): readonly string[] =>
  settings.tlsSecret === null
    ? []
    : ['--tls-certificate', `${folder}/tls.crt`, '--tls-key', `${folder}/tls.key`];

/** The folder as a whole: a file that is mounted by its key would stay as it was when the Secret is renewed. */
export const tlsMounts = ({ settings }: Subject): readonly JsonRecord[] =>
  settings.tlsSecret === null ? [] : [{ name: volume, mountPath: folder, readOnly: true }];

export const tlsVolumes = ({ settings }: Subject): readonly JsonRecord[] =>
  settings.tlsSecret === null
    ? []
    : [
        {
          name: volume,
          // A key is for its owner, root, and the pod's group: the service refuses one that others may read.
          secret: { secretName: settings.tlsSecret, defaultMode: 0o440 },
        },
      ];

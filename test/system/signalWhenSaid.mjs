// Loaded into a command before its own code (`node --import`): sends the process a signal at the very moment at which
// it says something on stderr, or at its n-th step that makes something last (a rename or a link). No test has to
// guess how long that takes.
//   SIGNAL_WHEN_SAID='SIGINT train starts'   the signal and the words
//   KILL_AT_STEP=7                           kill -9 before the seventh rename or link
import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';

const [signal, ...words] = (process.env.SIGNAL_WHEN_SAID ?? '').split(' ');
if (words.length > 0) {
  const write = process.stderr.write.bind(process.stderr);
  let said = '';
  let sent = false;
  process.stderr.write = (...args) => {
    const result = write(...args);
    said += String(args[0]);
    if (!sent && said.includes(words.join(' '))) {
      sent = true;
      process.kill(process.pid, signal);
    }
    return result;
  };
}

const killAt = Number(process.env.KILL_AT_STEP ?? 0);
if (killAt > 0) {
  let step = 0;
  for (const name of ['rename', 'link']) {
    const real = fs[name];
    fs[name] = (...args) => {
      step += 1;
      if (step === killAt) process.kill(process.pid, 'SIGKILL');
      return real(...args);
    };
  }
  syncBuiltinESMExports();
}

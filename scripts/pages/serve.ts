import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';

const aieng = path.resolve(import.meta.dirname, '../../bin/aieng.js');

/** A running `aieng ui`. */
export interface ServedPages {
  /** Opens the pages in one browser, once. */
  readonly address: string;
  readonly end: () => Promise<void>;
}

/** Starts the built `aieng ui` in a project, and waits until it says where it is. */
export async function servePages(folder: string): Promise<ServedPages> {
  const child = spawn(process.execPath, [aieng, 'ui', '--port', '0'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const closed = once(child, 'close');
  let said = '';
  const address = await new Promise<string>((resolve, reject) => {
    child.stderr.on('data', (part: Buffer) => {
      said += part.toString();
      const found = /open (http\S+)/.exec(said)?.[1];
      if (found !== undefined) resolve(found);
    });
    void closed.then(() => reject(new Error(`aieng ui ended: ${said}`)));
  });
  return {
    address,
    end: async () => {
      child.kill('SIGINT');
      await closed;
    },
  };
}

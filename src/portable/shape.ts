import { Type } from '@sinclair/typebox';
import { count, digest, oneOf, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import { portableTargets } from './targets.ts';

/** What `package --target` writes, as its result tells it. */
export const portableShape = Type.Object(
  {
    target: oneOf(portableTargets),
    folder: text('Relative to where the command was called.'),
    files: Type.Array(Type.Object({ path: text('Below the folder.'), bytes: count(), sha256: digest() })),
    module: Type.Object(
      { bytes: count(), gzipBytes: count() },
      { description: 'The module: model and runtime.' },
    ),
    runtime: Type.Object({
      name: oneOf(['trees', 'imported', 'all'], 'Which models it runs: those of this one are among them.'),
      bytes: count('What the module is besides the model.'),
      gzipBytes: count(),
    }),
    tested: count('Rows that came out of the written module as they did when the model was packaged.'),
  },
  { title: 'PortableModel' },
);
export type PortableResult = Shape<typeof portableShape>;

import { Type } from '@sinclair/typebox';
import { imageResultShape } from '../../image/image.ts';
import { onnxShape } from '../../portable/onnx/shape.ts';
import { portableShape } from '../../portable/shape.ts';
import { count, digest, flag, orNull, text } from '../../shape.ts';
import type { Shape } from '../../shape.ts';

export const packageResult = Type.Object(
  {
    name: text(),
    version: count(),
    digest: digest(),
    existed: flag('Identical content was packaged before: this is that version.'),
    path: text('Folder of the bundle.'),
    tar: orNull(text(), 'With `-o`.'),
    signature: orNull(
      Type.Object(
        {
          key: orNull(text('Fingerprint of the public key: SHA-256 of its PEM; null = not signed.')),
          because: orNull(text('Why it is not signed.')),
        },
        { title: 'BundleSignature' },
      ),
      'Null where the pipeline names nobody who signs (trust.sign_with).',
    ),
    files: Type.Array(Type.Object({ path: text(), bytes: count() })),
    image: orNull(imageResultShape, 'With `--image`.'),
    dockerfile: Type.Array(text(), {
      description: 'Files for `docker build`, relative to where the command was called.',
    }),
    portable: orNull(portableShape, 'With `--target`.'),
    onnx: orNull(onnxShape, 'With `--onnx`.'),
  },
  { title: 'PackageResult' },
);
/** What `package` gives, member by member: docs/json.md#package. */
export type PackageResult = Shape<typeof packageResult>;

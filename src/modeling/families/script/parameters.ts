import { Type } from '@sinclair/typebox';
import type { Shape } from '../../../shape.ts';

const strings = (description: string) => Type.Array(Type.String(), { default: [], description });

/** Section `model.script` of a pipeline: the program that trains, and what it may use. */
export const scriptParametersShape = Type.Object(
  {
    command: strings(
      'Program and arguments, without a shell: `[python, train.py]`. Files of the project that it names are handed to it. A pipeline that has one, and names no family, is of family script.',
    ),
    files: strings(
      'Further files of the project that the program uses: files, folders, patterns (`src/**/*.py`). Lock files (requirements*.txt, uv.lock, poetry.lock, …) are always among them. It finds these files and no others; a change of one makes the training stale.',
    ),
    parameters: Type.Unsafe<Readonly<Record<string, unknown>>>(
      Type.Unknown({
        type: 'object',
        additionalProperties: true,
        default: {},
        description: 'Handed to the program as they stand, in its parameters.json.',
        examples: [{ leaves: 31 }],
      }),
    ),
    output: Type.String({
      minLength: 1,
      default: 'model.txt',
      description: 'The model file that the program leaves, relative to the folder that it runs in.',
    }),
    image: Type.Union([Type.String({ minLength: 1 }), Type.Null()], {
      default: null,
      description:
        'Container image that the program runs in (`python:3.12-slim@sha256:…`); null = a process of this machine.',
    }),
    env: strings('Names of environment variables that the program may see, beside PATH, HOME, LANG and TZ.'),
    timeout_seconds: Type.Integer({
      minimum: 1,
      maximum: 604_800,
      default: 3600,
      description: 'The program is ended after this time.',
    }),
    network: Type.Boolean({
      default: false,
      description: 'In a container: may it use the network? A process of this machine always may.',
    }),
    memory_mb: Type.Integer({
      minimum: 16,
      default: 4096,
      description: 'In a container: memory that it may use.',
    }),
    cpus: Type.Number({ exclusiveMinimum: 0, default: 2, description: 'In a container: cores.' }),
  },
  { description: 'A program that trains the model (family script); it never sees the test part.' },
);

export type ScriptParameters = Shape<typeof scriptParametersShape>;

import type { PackageResult } from './result.ts';
import type { ImageResult } from '../../image/image.ts';
import type { OnnxResult } from '../../portable/onnx/shape.ts';
import type { PortableResult } from '../../portable/shape.ts';
import type { Outcome } from '../../project/outcome.ts';
import type { Block, View } from '../view/blocks.ts';
import { command, facts, headline, list, next, right, table, toned } from '../view/blocks.ts';
import { bytes, shortDigest, versioned } from '../view/format.ts';

/** An image: its name for people, its digest for machines, and how large each layer is. */
function imageBlocks({
  reference,
  digest,
  base,
  variant,
  platform,
  layers,
  archive,
  pushed,
}: ImageResult): readonly Block[] {
  const added = layers.filter(({ name }) => name !== 'base').reduce((sum, layer) => sum + layer.bytes, 0);
  return [
    facts([
      ['image', reference],
      ['digest', digest],
      ['base', `${base.name} (${shortDigest(base.digest)})`],
      ['variant', `${variant}, ${platform}`],
      ['tar', archive],
      [
        'pushed',
        pushed === null
          ? null
          : `${pushed.pullReference}: ${bytes(pushed.uploadedBytes)} sent, ${bytes(pushed.reusedBytes)} were there`,
      ],
    ]),
    table(
      ['layer', right('compressed'), 'digest'],
      layers.map((layer) => [layer.name, bytes(layer.bytes), shortDigest(layer.digest)]),
      `layers: aieng adds ${bytes(added)} to its base`,
    ),
  ];
}

/** A model as a file of its own: what to take, how large it is, and that it answers as the bundle does. */
function portableBlocks({
  target,
  folder,
  files,
  module,
  runtime,
  tested,
}: PortableResult): readonly Block[] {
  return [
    facts([
      [target, folder],
      ['module', `${bytes(module.bytes)}, ${bytes(module.gzipBytes)} gzipped`],
      ['besides the model', `${bytes(runtime.bytes)}, ${bytes(runtime.gzipBytes)} gzipped`],
      ['tested', `${tested} rows come out as in the bundle`],
    ]),
    table(
      ['file', right('size'), 'SHA-256'],
      files.map((file) => [file.path, bytes(file.bytes), shortDigest(file.sha256)]),
    ),
  ];
}

/** A model as ONNX: what goes in and comes out, and how near it is to the bundle. */
function onnxBlocks({ path, bytes: size, sha256, inputs, outputs, tested }: OnnxResult): readonly Block[] {
  return [
    facts([
      ['ONNX', path],
      ['size', bytes(size)],
      ['SHA-256', shortDigest(sha256)],
      ['answers', outputs.map(({ name, type, columns }) => `${name} (${type}, ${columns})`).join(', ')],
      [
        'tested',
        `${tested.rows} rows in ${tested.runtime}: up to ${tested.difference.toPrecision(1)} off the bundle`,
      ],
    ]),
    table(
      ['input', 'type', 'holds'],
      inputs.map(({ name, type, holds, made }) => [
        name,
        type,
        made === undefined ? holds : `${holds}: ${made}`,
      ]),
    ),
  ];
}

/** `package`: the bundle's name, and what is in it. */
export const packageView: View<Outcome<PackageResult>> = {
  blocks: ({ result }) => {
    const { name, version, digest, existed, path, tar, signature, files, image, dockerfile, portable, onnx } =
      result;
    const bundle = versioned(name, version);
    return [
      headline('good', bundle, existed ? 'the same content is packaged already' : 'packaged and verified'),
      facts([
        ['digest', shortDigest(digest)],
        ['folder', path],
        ['tar', tar],
        [
          'signed',
          signature === null
            ? null
            : signature.key === null
              ? toned('warn', 'no')
              : `by the key ${shortDigest(signature.key)}`,
        ],
      ]),
      table(
        ['file', right('size')],
        files.map((file) => [file.path, bytes(file.bytes)]),
      ),
      ...(image === null ? [] : imageBlocks(image)),
      ...(dockerfile.length === 0
        ? []
        : [
            list(
              dockerfile.filter((file) => !file.includes('bundle/')).map((text) => ({ sign: 'good', text })),
              'for docker build',
            ),
          ]),
      ...(portable === null ? [] : portableBlocks(portable)),
      ...(onnx === null ? [] : onnxBlocks(onnx)),
      next(command('deploy', bundle)),
    ];
  },
  essential: ({ result }) => [
    versioned(result.name, result.version),
    ...(result.image === null ? [] : [result.image.pushed?.pullReference ?? result.image.digest]),
  ],
};

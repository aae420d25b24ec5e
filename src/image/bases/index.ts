import type { Base } from '../documents.ts';
import type { ImageContext, Platform } from '../image.ts';
import { baseOfRegistry } from '../registry/index.ts';
import { baseOfLayout } from './ociLayout.ts';
import { baseOfThisMachine } from './thisMachine.ts';

/**
 * The base image that a text names: `this-machine`, `oci:<dir>`, else a registry reference.
 *
 * @throws a usage error for one that cannot be had.
 */
export async function openBase(context: ImageContext, base: string, platform: Platform): Promise<Base> {
  if (base === 'this-machine') return baseOfThisMachine(context, platform);
  if (base.startsWith('oci:')) return baseOfLayout(context, base.slice('oci:'.length), platform);
  return baseOfRegistry(context, base, platform);
}

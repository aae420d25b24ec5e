import type { ImageVariant } from './image.ts';

/** Paths and numbers that are the same in every image, and in the Dockerfile for those who build themselves. */
export const inside = {
  software: '/opt/aieng',
  entry: '/opt/aieng/node_modules/aieng/bin/aieng.js',
  bundle: '/opt/bundle',
  store: '/var/lib/aieng',
  work: '/work',
  port: 8080,
  /** User and group: no account of the host has this number. */
  user: 10001,
} as const;

/**
 * Environment of a variant. The service keeps its store on the volume; the full image works on the project that is
 * mounted at /work, whose store is where the project has it.
 */
export function variantEnv(variant: ImageVariant): Readonly<Record<string, string>> {
  return {
    AIENG_IMAGE_VARIANT: variant,
    ...(variant === 'serve' ? { AIENG_STORE: inside.store } : {}),
    // Of the file system that may be read-only, /tmp is the one place that engines mount writable.
    HOME: '/tmp',
    NODE_ENV: 'production',
  };
}

/** What runs where no command is given. */
export function variantCommand(variant: ImageVariant): readonly string[] {
  switch (variant) {
    case 'serve':
      return ['serve', inside.bundle, '--host', '0.0.0.0', '--port', String(inside.port)];
    case 'full':
      return ['--help'];
  }
}

import { describe, expect, it } from 'vitest';
import { writeDockerfile } from './dockerfile.ts';

const options = {
  facts: {
    name: 'churn',
    version: 3,
    bundleDigest: 'ab12',
    goal: 'Say "who" leaves for $5 \\ and why\nsoon',
    gitCommit: 'c0ffee',
    softwareVersion: '0.1.0',
  },
  base: 'node:20-slim',
  variant: 'serve',
  bundle: '.aieng/bundles/ab12',
  tarball: null,
} as const;

const linesOf = (given: Parameters<typeof writeDockerfile>[0]): string[] =>
  (writeDockerfile(given).get('Dockerfile') ?? '').split('\n');

describe('writeDockerfile', () => {
  it('installs the version from npm and ends as the image does', () => {
    const lines = linesOf(options);
    expect(lines.filter((line) => line.startsWith('FROM'))).toEqual([
      'FROM node:20-slim AS software',
      'FROM node:20-slim',
    ]);
    expect(lines.find((line) => line.startsWith('RUN npm install'))).toContain(
      'npm install aieng@0.1.0 --omit=dev --omit=optional --ignore-scripts',
    );
    const packages = ['onnxruntime-web@1.30.0'];
    expect(linesOf({ ...options, facts: { ...options.facts, packages } }).join()).toContain(
      'npm install aieng@0.1.0 onnxruntime-web@1.30.0 --omit',
    );
    expect(() => linesOf({ ...options, facts: { ...options.facts, packages: ['x@1; rm'] } })).toThrow(
      'no package',
    );
    expect(lines.slice(-8)).toEqual([
      'USER 10001:10001',
      'WORKDIR /work',
      'VOLUME ["/var/lib/aieng"]',
      'EXPOSE 8080/tcp',
      'STOPSIGNAL SIGTERM',
      'ENTRYPOINT ["node", "/opt/aieng/node_modules/aieng/bin/aieng.js"]',
      'CMD ["serve", "/opt/bundle", "--host", "0.0.0.0", "--port", "8080"]',
      '',
    ]);
    expect(lines).toContain('COPY [".aieng/bundles/ab12/", "/opt/bundle/"]');
  });

  it('keeps a goal in one quoted word, with nothing in it expanded', () => {
    expect(linesOf(options)).toContain(
      'LABEL "org.opencontainers.image.description"="Say \\"who\\" leaves for \\$5 \\\\ and why soon"',
    );
  });

  it('takes a tar beside it, and lets nothing else into the build', () => {
    const files = writeDockerfile({ ...options, variant: 'full', tarball: 'aieng-0.1.0.tgz' });
    expect(files.get('Dockerfile')).toContain('COPY ["aieng-0.1.0.tgz", "/tmp/aieng.tgz"]');
    // DuckDB's native code is an optional package, which the full variant needs.
    expect(files.get('Dockerfile')).not.toContain('--omit=optional');
    expect(files.get('.dockerignore')).toBe('*\n!.aieng/bundles/ab12\n!aieng-0.1.0.tgz\n');
  });

  it.each(['../bundle', '/opt/x', 'my bundle', 'a$HOME', 'a"b', 'a*'])('refuses the path %s', (bundle) => {
    expect(() => writeDockerfile({ ...options, bundle })).toThrow('cannot stand in a Dockerfile');
  });

  it('refuses a base that is no registry reference', () => {
    expect(() => writeDockerfile({ ...options, base: 'node:20\nRUN evil' })).toThrow(
      'does not name an image',
    );
  });
});

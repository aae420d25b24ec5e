import { expect, it } from 'vitest';
import { configurationFiles } from './credentials.ts';

it.each([
  [{}, []],
  [{ HOME: '/home/a' }, ['/home/a/.docker/config.json']],
  [{ HOME: '/home/a', DOCKER_CONFIG: '/etc/d' }, ['/etc/d/config.json']],
  [
    { HOME: '/home/a', XDG_RUNTIME_DIR: '/run/user/7', REGISTRY_AUTH_FILE: '/x/auth.json' },
    ['/x/auth.json', '/run/user/7/containers/auth.json', '/home/a/.docker/config.json'],
  ],
])('looks for logins of %j where the engines keep them', (variables, files) => {
  expect(configurationFiles({ variables })).toEqual(files);
});

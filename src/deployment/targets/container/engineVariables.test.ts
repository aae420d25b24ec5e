import { expect, it } from 'vitest';
import { childEnvironment } from '../supervised/childEnvironment.ts';
import { engineElsewhere, engineVariables, isEngineVariable, pullVariables } from './engineVariables.ts';

const given = {
  PATH: '/bin',
  DOCKER_HOST: 'unix:///run/user/1000/docker.sock',
  CONTAINERS_CONF: '/etc/c.conf',
  HTTPS_PROXY: 'http://joe:hunter2@proxy:3128',
  AWS_SECRET_ACCESS_KEY: 'x',
};

it('leads a client to its engine, and hands no secret to the supervisor', () => {
  expect(engineVariables(given)).toEqual({
    DOCKER_HOST: given.DOCKER_HOST,
    CONTAINERS_CONF: given.CONTAINERS_CONF,
  });
  expect(pullVariables(given)).toEqual({ HTTPS_PROXY: given.HTTPS_PROXY });
  expect(isEngineVariable('HTTPS_PROXY')).toBe(false);
  // What serves as a process gets neither.
  expect(childEnvironment(given)).toEqual({ PATH: '/bin' });
});

it.each([
  [{}, null],
  [{ DOCKER_HOST: 'unix:///var/run/docker.sock' }, null],
  [{ DOCKER_HOST: 'tcp://127.0.0.1:2375' }, null],
  [{ DOCKER_HOST: 'tcp://[::1]:2375' }, null],
  [{ DOCKER_HOST: 'tcp://joe:hunter2@build.example.com:2376' }, 'build.example.com'],
  [{ DOCKER_HOST: 'ssh://joe@build' }, 'build'],
  [{ CONTAINER_HOST: 'ssh://joe@build' }, null],
])('docker with %j is at %j', (variables, address) => {
  expect(engineElsewhere('docker', variables)).toBe(address);
});

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * What a client of docker or podman needs to find its engine and its configuration: addresses and paths. The
 * supervisor's clients get them; what serves in a container or process never does.
 */
const engineNames = [
  'CONTAINERS_CONF',
  'CONTAINERS_REGISTRIES_CONF',
  'CONTAINERS_STORAGE_CONF',
  'CONTAINER_HOST',
  'CONTAINER_SSHKEY',
  'DBUS_SESSION_BUS_ADDRESS',
  'DOCKER_CERT_PATH',
  'DOCKER_CONFIG',
  'DOCKER_CONTEXT',
  'DOCKER_HOST',
  'DOCKER_TLS_VERIFY',
  'REGISTRY_AUTH_FILE',
  'XDG_CONFIG_HOME',
  'XDG_DATA_HOME',
  'XDG_RUNTIME_DIR',
];

/** Only a pull needs these, and they may hold a password: they stay in the command that the user typed. */
const pullNames = [
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'SSL_CERT_DIR',
  'SSL_CERT_FILE',
];

function pick(variables: Variables, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = variables[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
}

export const isEngineVariable = (name: string): boolean => engineNames.includes(name);

/** The variables that lead a client to its engine. */
export const engineVariables = (variables: Variables): Record<string, string> => pick(variables, engineNames);

/** Those that a client needs besides to pull an image. */
export const pullVariables = (variables: Variables): Record<string, string> => pick(variables, pullNames);

/** The address of an engine on another machine, or null: a port that it publishes on loopback is not on ours. */
export function engineElsewhere(name: 'docker' | 'podman', variables: Variables): string | null {
  const address = variables[name === 'docker' ? 'DOCKER_HOST' : 'CONTAINER_HOST'] ?? '';
  const far = /^(?:tcp|ssh|https?):\/\/(?:[^@/]*@)?(\[[^\]]*\]|[^:/]*)/.exec(address);
  if (far?.[1] === undefined) return null;
  return /^(?:localhost|127\.[\d.]+|\[::1\])$/.test(far[1]) && !address.startsWith('ssh:') ? null : far[1];
}

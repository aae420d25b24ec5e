/** What the world says, handed in as values. The only door to clock, entropy, host, git and environment variables. */
export interface Environment {
  /** ms since 1970 UTC. */
  now(): number;
  /** Monotonic ms, for durations. */
  elapsed(): number;
  /** A new unique, time-ordered id (ULID). */
  newId(): string;
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly host: {
    readonly name: string;
    readonly platform: string;
    readonly arch: string;
    readonly cpus: number;
    readonly bootId: string;
  };
  readonly pid: number;
  readonly nodeVersion: string;
  /** aieng's own version. */
  readonly version: string;
  /** Digest of the built code of a stage's import closure (made at build). */
  codeDigest(stage: string): string;
}

/** The commit a run was made from. */
export interface GitState {
  readonly commit: string;
  readonly dirty: boolean;
  readonly branch: string | null;
}

/** What the world says, handed in as values. The only door to clock, entropy, host, git and environment variables. */
export interface Environment {
  /** ms since 1970 UTC. */
  now(): number;
  /** Monotonic ms, for durations. */
  elapsed(): number;
  /** A new unique, time-ordered id (ULID). */
  newId(): string;
  /** 256 bits that nobody can guess, as text that fits into a header: for tokens. */
  newSecret(): string;
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly host: {
    readonly name: string;
    readonly platform: string;
    readonly arch: string;
    readonly cpus: number;
    /** Changes with every boot; `unknown` where the system does not say. */
    readonly bootId: string;
    /** In which a pid means something: containers on one host have different ones. `` where there is none. */
    readonly pidNamespace: string;
  };
  readonly pid: number;
  /**
   * When a process of this host started, as an opaque word that tells a pid's owner from a later one with the same
   * pid (`alive` where the system does not say); null = there is no such process.
   */
  processStart(pid: number): string | null;
  readonly nodeVersion: string;
  /** aieng's own version. */
  readonly version: string;
  /** The built code that a stage uses, without the model families. */
  stageCode(stage: string): StageCode;
  /** The built code of a model family, with all that it imports. */
  familyCode(family: string): StageCode;
}

/** What is known of the code of a stage or of a family: half of what results depend on. */
export interface StageCode {
  /** Digest of the code that is really used, its own and that of the files it imports (made at build). */
  readonly digest: string;
  /** Versions of the packages that the code imports, as they are installed here, by name. */
  readonly libraries: Readonly<Record<string, string>>;
}

/** The commit a run was made from. */
export interface GitState {
  readonly commit: string;
  readonly dirty: boolean;
  readonly branch: string | null;
}

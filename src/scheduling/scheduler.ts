import { Type } from '@sinclair/typebox';
import { orNull, text } from '../shape.ts';
import type { Shape } from '../shape.ts';
import type { Variables } from './environmentFile.ts';
import type { Schedule } from './schedule.ts';

/** A file, or our part of one, before and after. `null`: not there. */
export const fileChangeShape = Type.Object({
  path: text('Absolute path, or words for what is no file of ours ("the crontab of this user").'),
  before: orNull(text()),
  after: orNull(text()),
});
export type FileChange = Shape<typeof fileChangeShape>;

/** What an installation or a removal would do; computed before anything is touched. */
export interface SchedulePlan {
  readonly id: string;
  readonly files: readonly FileChange[];
  /** Programs that are then called, as a person would type them. */
  readonly commands: readonly string[];
  /** What there is to know, in sentences. */
  readonly words: readonly string[];
}

/** Nothing would change. */
export const isUnchanged = ({ files }: SchedulePlan): boolean =>
  files.every(({ before, after }) => before === after);

/** What a scheduler may use. */
export interface SchedulerContext {
  readonly variables: Variables;
  /** ms since 1970 UTC. */
  readonly now: number;
  /** Program and first arguments that run what is due; the path of the schedule's record is appended. */
  readonly command: readonly string[];
  /** Absolute root of the project. */
  readonly root: string;
  /** Absolute folder of the records and logs of schedules of this machine. */
  readonly folder: string;
  /** `--output`: write files here instead of installing; null where it was not given. */
  readonly output: string | null;
  /** `v20.1.0` */
  readonly nodeVersion: string;
  /** aieng's own version. */
  readonly softwareVersion: string;
  /** The objects that a cluster needs for a schedule, as YAML. */
  readonly clusterObjects: (schedule: Schedule) => Promise<string>;
  /** Where `predict` puts its answers, as the pipeline has it. */
  readonly answers: string;
  /** The source inside the project, with `/`; null where it lies elsewhere. */
  readonly source: string | null;
  /** The jobs deploy into containers. */
  readonly startsContainers: boolean;
  /** Writes a file whole and durably, making the folders above it. */
  readonly writeFile: (path: string, text: string) => Promise<void>;
}

/** A schedule that was found where a scheduler keeps them. */
export interface Installed {
  readonly id: string;
  /** Where it stands: a path, or words. */
  readonly where: string;
  /** What it says there, for one that has no record on this machine. */
  readonly schedule?: Pick<Schedule, 'pipeline' | 'expression' | 'timezone' | 'verbs'>;
}

/** What keeps the time. Add one: a file in `schedulers/` and a line in its index. */
export interface Scheduler {
  readonly name: string;
  /**
   * `machine`: it calls `context.command` on this machine, and the schedule has a record, an environment file and a log
   * here. `elsewhere`: it writes files that a server reads, and its clock is in UTC unless a zone is asked for.
   */
  readonly runs: 'machine' | 'elsewhere';
  /** The runs know the environment of the pipeline (`--env`) by what is written for them. */
  readonly carriesEnvironment: boolean;
  /** The IANA zone that its clock is in where none is asked for. */
  timezone(): Promise<string>;
  /** Looks, touches nothing. */
  plan(schedule: Schedule, context: SchedulerContext): Promise<SchedulePlan>;
  /** How to take a schedule away; unchanged where it is not there. */
  planRemoval(id: string, context: SchedulerContext): Promise<SchedulePlan>;
  /** Does what was planned; nothing that is not ours is touched. Says what a person still has to do, in sentences. */
  apply(plan: SchedulePlan, context: SchedulerContext): Promise<readonly string[]>;
  /** All schedules that aieng put there, whatever their project. */
  list(context: SchedulerContext): Promise<readonly Installed[]>;
}

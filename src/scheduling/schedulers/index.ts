import type { Scheduler } from '../scheduler.ts';
import { cron } from './cron.ts';
import { github } from './github.ts';
import { kubernetes } from './kubernetes.ts';
import { systemd } from './systemd.ts';

/** Everything that keeps the time. */
export const schedulers: readonly Scheduler[] = [cron, systemd, github, kubernetes];

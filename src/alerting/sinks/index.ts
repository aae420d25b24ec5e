import type { SinkSettings } from '../../pipeline/alerts/section.ts';
import type { Sink } from '../message.ts';
import { alertmanager } from './alertmanager.ts';
import { command } from './command.ts';
import { email } from './email.ts';
import { slack } from './slack.ts';
import { teams } from './teams.ts';
import { webhook } from './webhook.ts';

/** Every way to tell somebody, by its name in the pipeline file. */
export const sinks: { readonly [Name in keyof SinkSettings]: Sink<SinkSettings[Name]> } = {
  webhook,
  slack,
  teams,
  alertmanager,
  email,
  command,
};

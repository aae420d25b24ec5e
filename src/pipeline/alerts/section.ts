import type { AlertKind, Severity, SinkName } from '../../alertWords.ts';

/** Settings of each sink. `${NAME}` in a text is the environment's, filled in when something is sent and never before. */
export interface SinkSettings {
  readonly webhook: {
    readonly url: string;
    /** Signs each message; null: it is not signed. */
    readonly secret: string | null;
  };
  readonly slack: { readonly url: string };
  readonly teams: { readonly url: string };
  readonly alertmanager: { readonly url: string; readonly token: string | null };
  readonly email: {
    readonly host: string;
    readonly port: number;
    readonly tls: 'starttls' | 'tls' | 'none';
    readonly user: string | null;
    readonly password: string | null;
    readonly from: string;
    readonly to: readonly string[];
  };
  readonly command: {
    readonly argv: readonly string[];
    /** Names of variables that it gets, beside PATH, HOME, LANG and TZ. */
    readonly environment: readonly string[];
  };
}

/** One receiver: which alerts, and where they go. Exactly one of the sinks is there. */
export interface AlertSinkSection extends Partial<SinkSettings> {
  /** null = the name of its sink. */
  readonly name: string | null;
  /** Empty = all. */
  readonly kinds: readonly AlertKind[];
  readonly min_severity: Severity;
  /** Tell also that something is over. */
  readonly resolved: boolean;
}

export interface AlertsSection {
  /** What goes on is told again after so long. */
  readonly repeat_hours: number;
  /** What nobody could be told for so long is given up. */
  readonly expire_days: number;
  readonly sinks: readonly AlertSinkSection[];
}

/** Settings that are secrets: they stand in the environment only. */
export const secretSettings: Readonly<Record<SinkName, readonly string[]>> = {
  webhook: ['secret'],
  slack: ['url'],
  teams: ['url'],
  alertmanager: ['token'],
  email: ['password'],
  command: [],
};

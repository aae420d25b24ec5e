export interface DoctorResult {
  readonly checks: readonly {
    readonly name: string;
    readonly state: 'ok' | 'warning' | 'failed';
    readonly message: string;
    readonly hint: string | null;
  }[];
}

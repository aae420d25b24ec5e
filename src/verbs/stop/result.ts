export interface StopResult {
  readonly name: string;
  readonly wasRunning: boolean;
  readonly version: number | null;
  readonly url: string | null;
}

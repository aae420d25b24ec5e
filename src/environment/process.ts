import { readFileSync } from 'node:fs';

/**
 * Field 22 of `/proc/<pid>/stat` (proc_pid_stat(5)): the start in clock ticks since boot. The command in field 2 may
 * itself hold spaces and brackets, so fields are counted from the last bracket. null for a zombie: it runs no more.
 */
export function parseProcessStat(stat: string): string | null {
  const fields = stat
    .slice(stat.lastIndexOf(')') + 1)
    .trim()
    .split(' ');
  const [state] = fields;
  const start = fields[19];
  if (state === 'Z' || state === 'X' || start === undefined) return null;
  return start;
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Signal 0 asks whether a process is there without touching it; EPERM means it is there and not ours. */
function answersSignal(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === 'EPERM';
  }
}

/** See `Environment.processStart`. Linux reads `/proc`; elsewhere only "there or not" is known. */
export function readProcessStart(pid: number, platform: string): string | null {
  if (!Number.isInteger(pid) || pid <= 0) return null;
  if (platform !== 'linux') return answersSignal(pid) ? 'alive' : null;
  try {
    return parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return answersSignal(pid) ? 'alive' : null;
  }
}

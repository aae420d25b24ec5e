/** The part of `process` that a link needs. */
export interface LinkedProcess {
  readonly connected: boolean;
  send?(message: object): unknown;
  once(event: 'disconnect', listener: () => void): unknown;
}

/**
 * Tells the supervisor over the IPC channel where this backend listens, and `onGone` when the supervisor is gone
 * (also after its `kill -9`: the operating system closes the channel), so that no backend outlives it.
 */
export function linkToSupervisor(child: LinkedProcess, port: number, onGone: () => void): void {
  child.once('disconnect', onGone);
  if (!child.connected) {
    onGone();
    return;
  }
  child.send?.({ port });
}

import { spawnSync } from 'node:child_process';
import { lacks } from '../lacking.ts';

/** Whether strace is there and may trace; where not, the end of the run says what was skipped. */
export function canTrace(): boolean {
  const traces = spawnSync('strace', ['-qq', '-o', '/dev/null', 'true']).status === 0;
  if (!traces) lacks('strace, and the right to trace: install it (Linux); a container needs --cap-add=SYS_PTRACE');
  return traces;
}

import { Problem } from '../shared/errors.ts';

/** Error of a call that has no result when its connection ends. */
export function serverClosing(message: string): Problem {
  return new Problem('server_closing', message, {
    next: 'Connect again and call job_status; work that was started goes on and nothing that was paid for is lost.',
  });
}

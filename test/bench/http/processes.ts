import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** A server in a process of its own. */
export interface ServerProcess {
  readonly port: number;
  /** Processor time that it has used so far, milliseconds. */
  cpuMs(): number;
  /** Resident memory, MB. */
  rssMb(): number;
  /** Ends it. */
  stop(): Promise<void>;
}

/** Milliseconds of a tick in /proc (`man 5 proc`, utime). */
const TICK_MS = 10;

/** Starts `node …args` and resolves once it has said its port. Linux alone: figures come from /proc. */
export async function startServer(args: readonly string[], env: NodeJS.ProcessEnv): Promise<ServerProcess> {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = once(child, 'exit');
  let said = '';
  const port = await new Promise<number>((resolve, reject) => {
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const found = /(?:port |http:\/\/127\.0\.0\.1:)(\d+)/.exec(said);
      if (found) resolve(Number(found[1]));
    };
    child.stdout.on('data', listen);
    child.stderr.on('data', listen);
    child.once('exit', () => reject(new Error(`node ${args.join(' ')} ended:\n${said}`)));
  });
  const { pid = 0 } = child;
  return {
    port,
    cpuMs: () => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ');
      return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
    },
    rssMb: () => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
    stop: async () => {
      child.kill('SIGTERM');
      await exited;
    },
  };
}

import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import type { Random } from '../../shared/random.ts';

/** The process that holds a lease. */
export interface ProcessIdentity {
  /** This process: host, pid and a mark of this run, so that a reused pid is told apart. */
  readonly id: string;
  /**
   * Whether the process of that id is surely gone. False when it lives, or when it ran on another machine: its lease
   * then has to lapse.
   */
  isDead(id: string): boolean;
}

/** What is asked of the operating system. */
export interface ProcessTable {
  readonly host: string;
  /**
   * Tells processes apart that share the name of a host but not its pids: containers, and machines named alike. Absent
   * where the system does not say.
   */
  readonly space?: string | undefined;
  readonly pid: number;
  isAlive(pid: number): boolean;
}

/** Names this process and judges others. */
export function createProcessIdentity(table: ProcessTable, random: Random): ProcessIdentity {
  const place = table.space === undefined ? table.host : `${table.host}~${table.space}`;
  const id = `${place}/${table.pid}/${random.uuid()}`;
  const isNear = (other: string) => other.split('/')[0] === place;
  return {
    id,
    isDead(other) {
      if (other === id || !isNear(other)) return false;
      const pid = Number(other.split('/')[1]);
      return pid === table.pid || !table.isAlive(pid);
    },
  };
}

/** This machine's own process table. */
export function systemProcessTable(host: string): ProcessTable {
  return {
    host: host.replaceAll('/', '_'),
    space: pidSpace(),
    pid: process.pid,
    isAlive(pid) {
      try {
        process.kill(pid, 0);
        return true;
      } catch (error) {
        return error instanceof Error && 'code' in error && error.code === 'EPERM';
      }
    },
  };
}

/** The boot and the pid namespace of this process (Linux: proc(5), pid_namespaces(7)). */
function pidSpace(): string | undefined {
  try {
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return createHash('sha256')
      .update(`${boot} ${readlinkSync('/proc/self/ns/pid')}`)
      .digest('hex')
      .slice(0, 12);
  } catch {
    return undefined;
  }
}

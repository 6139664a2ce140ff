import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { errorCode } from '../../shared/errors.ts';
import type { Random } from '../../shared/random.ts';

/** The process that holds a lease. */
export interface ProcessIdentity {
  /** Host, pid namespace, pid, and a random UUID of this run, which tells a reused pid apart. */
  readonly id: string;
  /** Whether the process of that id is certainly dead. False where it lives, and where it ran on another machine. */
  isDead(id: string): boolean;
}

/** What the operating system tells about processes. */
export interface ProcessTable {
  readonly host: string;
  /**
   * Tells apart processes whose hosts have equal names but other pids: containers, and machines named alike. Absent
   * where the system has no such thing.
   */
  readonly pidNamespace?: string | undefined;
  readonly pid: number;
  isAlive(pid: number): boolean;
}

/** The identity of this process. */
export function createProcessIdentity(table: ProcessTable, random: Random): ProcessIdentity {
  const namespace = table.pidNamespace === undefined ? table.host : `${table.host}~${table.pidNamespace}`;
  const id = `${namespace}/${table.pid}/${random.uuid()}`;
  const sharesPidNamespace = (other: string) => other.split('/')[0] === namespace;
  return {
    id,
    isDead(other) {
      if (other === id || !sharesPidNamespace(other)) return false;
      const pid = Number(other.split('/')[1]);
      return pid === table.pid || !table.isAlive(pid);
    },
  };
}

/** This machine's own process table. */
export function systemProcessTable(host: string): ProcessTable {
  return {
    host: host.replaceAll('/', '_'),
    pidNamespace: pidNamespace(),
    pid: process.pid,
    isAlive(pid) {
      try {
        process.kill(pid, 0);
        return true;
      } catch (error) {
        return errorCode(error) === 'EPERM';
      }
    },
  };
}

/** Hash of boot id and pid namespace of this process (Linux: proc(5), pid_namespaces(7)). */
function pidNamespace(): string | undefined {
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

import type { Random } from '../shared/random.ts';

/** The process that holds a lease or attends to a call. */
export interface Owner {
  /** This process: host, pid and a mark of this run, so that a reused pid is told apart. */
  readonly id: string;
  /**
   * Whether the process of that id is surely gone. False when it lives, or when it ran on another machine: its lease
   * then has to lapse.
   */
  isGone(id: string): boolean;
}

/** What is asked of the operating system. */
export interface ProcessTable {
  readonly host: string;
  readonly pid: number;
  isAlive(pid: number): boolean;
}

/** Names this process and judges others. */
export function createOwner(table: ProcessTable, random: Random): Owner {
  const id = `${table.host}/${table.pid}/${random.uuid()}`;
  return {
    id,
    isGone(other) {
      const [host, pid] = other.split('/');
      if (other === id || host !== table.host) return false;
      return Number(pid) === table.pid || !table.isAlive(Number(pid));
    },
  };
}

/** This machine's own process table. */
export function systemProcessTable(host: string): ProcessTable {
  return {
    host: host.replaceAll('/', '_'),
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

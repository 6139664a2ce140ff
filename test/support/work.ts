/**
 * CPU time that `work` takes in this process, milliseconds. A limit of it holds on a busy machine too, where real time
 * says more about the others.
 */
export async function cpuMs(work: () => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Length of one turn, milliseconds. */
const TURN_MS = 10;

/**
 * How long `work` takes by this process's turns, milliseconds: for what waits for sockets, timers or other processes. A
 * machine that is busy with other work gives fewer turns, so that a limit of them holds there too.
 */
export async function turnsMs(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let timer = setTimeout(function turn() {
    turns += 1;
    timer = setTimeout(turn, TURN_MS);
  }, TURN_MS);
  try {
    await work();
  } finally {
    clearTimeout(timer);
  }
  return turns * TURN_MS;
}

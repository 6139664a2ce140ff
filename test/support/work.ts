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

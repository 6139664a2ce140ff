import { demoFlag, type Command } from '../command.ts';
import { compose } from '../composition/compose.ts';
import { configure } from '../composition/configure.ts';
import { openUpstream } from '../composition/upstream.ts';
import { runCheck, type NamedFinding } from '../doctor/check.ts';
import { EXIT } from '../exit-codes.ts';

const NAME_WIDTH = 18;

export const doctor: Command = {
  usage: '[--json] [--demo]',
  description: `Checks this machine, the configuration and the connection to Adobe, and says what to fix. Spends nothing.

Exit codes: 0 no check failed, 1 a check failed.`,
  flags: { json: { type: 'boolean', help: 'Print the findings as JSON.' }, ...demoFlag },
  takesOptions: true,
  words: 0,
  async run(flags, terminal) {
    const configured = configure(flags, terminal, { oneShot: true });
    const { config, logger } = configured;
    const composition = compose({ ...configured, terminal, drivesJobs: false });
    const { machineChecks } = await import('../doctor/machine.ts');
    const { storageChecks } = await import('../doctor/storage.ts');
    const { openMaintenance } = await import('../composition/maintenance.ts');
    const { upstreamChecks } = await import('../doctor/upstream.ts');
    const { probe, probeProxy } = await import('../../firefly/probe.ts');
    const { clock, random } = terminal;
    const upstream = await openUpstream(config, terminal);
    let opened: ReturnType<typeof openMaintenance> | undefined;
    const maintenance = async () => (await (opened ??= openMaintenance(config, { clock, random, logger }))).maintenance;
    const options = { ...upstream.target, clock, random, logger };
    const checks = [
      ...machineChecks(config, composition, terminal.platform),
      ...storageChecks(config, maintenance),
      ...upstreamChecks({
        config,
        composition,
        clock,
        env: terminal.env,
        probeProxy,
        probe: (target) => probe(target, options, terminal.interrupted()),
      }),
    ];
    const asJson = flags.booleans.has('json');
    const findings: NamedFinding[] = [];
    try {
      for (const check of checks) {
        const finding = await runCheck(check);
        findings.push(finding);
        if (!asJson) await terminal.out(line(finding));
      }
      if (asJson) await terminal.out(`${JSON.stringify({ checks: findings }, undefined, 2)}\n`);
      return findings.some(({ verdict }) => verdict === 'fail') ? EXIT.failed : EXIT.ok;
    } finally {
      await opened?.then(({ close }) => close()).catch(() => undefined);
      await composition.close();
      await upstream.close();
    }
  },
};

function line({ name, verdict, message, next }: NamedFinding): string {
  const advice = next === undefined || verdict === 'ok' ? '' : `\n${' '.repeat(6 + NAME_WIDTH)}→ ${next}`;
  return `${verdict.padEnd(6)}${name.padEnd(NAME_WIDTH)}${message}${advice}\n`;
}

import { demoFlag, type Command } from '../../command.ts';
import { compose } from '../../composition/compose.ts';
import { configure } from '../../composition/configure.ts';
import type { ProbeTarget } from '../../../firefly/probe.ts';
import { openUpstream } from '../../composition/upstream.ts';
import { runCheck, type NamedFinding } from '../../doctor/check.ts';
import { EXIT } from '../../exit-codes.ts';

const NAME_WIDTH = 18;

export const doctor: Command = {
  usage: '[--json] [--demo]',
  description: `Checks this machine, the configuration and the connection to Adobe, and says what to fix. Spends nothing.

Exit codes: 0 no check failed, 1 a check failed.`,
  flags: { json: { type: 'boolean', help: 'Print the findings as JSON.' }, ...demoFlag },
  takesOptions: true,
  words: 0,
  async run(flags, terminal) {
    const configured = configure(flags, terminal, { oneShot: true, diagnoses: true });
    const { config, logger } = configured;
    const composition = compose({ ...configured, terminal, drivesJobs: false });
    const { configurationChecks } = await import('../../doctor/configuration.ts');
    const { machineChecks } = await import('../../doctor/machine.ts');
    const { storageChecks } = await import('../../doctor/storage.ts');
    const { openMaintenance } = await import('../../composition/maintenance.ts');
    const { upstreamChecks } = await import('../../doctor/upstream.ts');
    const { bypassesProxy } = await import('../../../firefly/http/connection/no-proxy.ts');
    const { probe, probeProxy } = await import('../../../firefly/probe.ts');
    const { clock, random } = terminal;
    // A certificate file that cannot be read is told as a finding, and not as the end of the command.
    const upstream = await openUpstream(config, terminal).catch((error: unknown) => ({ error }));
    let opened: ReturnType<typeof openMaintenance> | undefined;
    const maintenance = async () => (await (opened ??= openMaintenance(config, { clock, random, logger }))).maintenance;
    const reach = (target: ProbeTarget) => {
      if ('error' in upstream) throw upstream.error;
      return probe(target, { ...upstream.target, clock, random, logger }, terminal.interrupted());
    };
    const checks = [
      ...configurationChecks(config, terminal.cwd),
      ...machineChecks(config, composition, terminal.platform),
      ...storageChecks(config, maintenance),
      ...upstreamChecks({
        config,
        composition,
        clock,
        env: terminal.env,
        probeProxy,
        bypassesProxy,
        probe: async (target) => reach(target),
      }),
    ];
    const asJson = flags.booleans.has('json');
    const findings: NamedFinding[] = [];
    try {
      for (const check of checks) {
        const finding = await runCheck(check, findings);
        findings.push(finding);
        if (!asJson) await terminal.out(line(finding));
      }
      if (asJson) await terminal.out(`${JSON.stringify({ checks: findings }, undefined, 2)}\n`);
      return findings.some(({ verdict }) => verdict === 'fail') ? EXIT.failed : EXIT.ok;
    } finally {
      await opened?.then(({ close }) => close()).catch(() => undefined);
      await composition.close();
      if (!('error' in upstream)) await upstream.close();
    }
  },
};

function line({ name, verdict, message, next }: NamedFinding): string {
  const advice = next === undefined || verdict === 'ok' ? '' : `\n${' '.repeat(6 + NAME_WIDTH)}→ ${next}`;
  return `${verdict.padEnd(6)}${name.padEnd(NAME_WIDTH)}${message}${advice}\n`;
}

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import packageFacts from '../../../package.json' with { type: 'json' };
import { PUBLISHER } from '../../../packaging/description.mjs';
import { Dependabot, IssueForm, IssueFormConfig, Workflow } from './github-files.ts';
import { filesBelow, ROOT } from '../source-files.ts';

const yaml = (path: string): unknown => parse(readFileSync(join(ROOT, path), 'utf8'));
const namesIn = (folder: string) => readdirSync(join(ROOT, folder)).toSorted();

describe('workflows', () => {
  const workflows = namesIn('.github/workflows').map((name) => `.github/workflows/${name}`);

  test.each(workflows)('%s is a valid workflow with the least permissions and a limit of time', (path) => {
    expect(Workflow.safeParse(yaml(path)).error).toBeUndefined();
  });

  test('the checks run on three systems with four versions of Node, from the oldest that is promised', () => {
    const { jobs } = Workflow.parse(yaml('.github/workflows/ci.yml'));
    const { matrix } = jobs['checks']?.strategy ?? {};
    expect(matrix?.['os']).toEqual(['ubuntu-latest', 'macos-latest', 'windows-latest']);
    expect(matrix?.['node']).toEqual(['20.19', '22', '24', '26']);
    expect(packageFacts.engines.node).toBe(`>=${matrix?.['node']?.[0]}`);
    expect(jobs['checks']?.steps.map(({ run }) => run)).toContain('.ci/run');
  });

  test('the checks run all that a change must pass before it is pushed', () => {
    const steps = readFileSync(join(ROOT, '.ci/run'), 'utf8');
    const checks = packageFacts.scripts.check.split(' && ').map((command) => command.replace(/^npm (run )?/, ''));
    expect(checks.length).toBeGreaterThan(2);
    const left = checks.filter(
      (name) => !new RegExp(`^step .* npm (run --silent )?${name}(?![\\w:])`, 'm').test(steps),
    );
    expect(left).toEqual([]);
  });

  test('only the release may ask for an identity, and only from a tag', () => {
    const asking = workflows.filter((path) => JSON.stringify(yaml(path)).includes('id-token'));
    expect(asking).toEqual(['.github/workflows/release.yml']);
    expect(Workflow.parse(yaml(asking[0] ?? '')).on).toEqual({ push: { tags: ['v*'] } });
  });

  test('every program that a workflow starts is there', () => {
    const commands = workflows.flatMap((path) =>
      Object.values(Workflow.parse(yaml(path)).jobs).flatMap(({ steps }) => steps.flatMap(({ run }) => run ?? [])),
    );
    expect(commands.length).toBeGreaterThan(1);
    expect(commands.filter((command) => !isThere(command))).toEqual([]);
  });

  test.each([
    ['a step that is two things', { steps: [{ uses: 'actions/checkout@v5', run: 'x' }] }],
    ['an action without a major version', { steps: [{ uses: 'actions/checkout@main' }] }],
    ['an action that keeps the token on disk', { steps: [{ uses: 'actions/checkout@v5' }] }],
    ['a job that may write everything', { permissions: 'write-all' }],
    ['a job without a limit of time', { 'timeout-minutes': undefined }],
    ['a field that does not exist', { run: 'x' }],
  ])('%s is not a valid workflow', (_, change) => {
    const job = { 'runs-on': 'ubuntu-latest', 'timeout-minutes': 5, steps: [{ run: '.ci/run' }] };
    const workflow = { name: 'x', on: { pull_request: null }, permissions: { contents: 'read' } };
    expect(Workflow.safeParse({ ...workflow, jobs: { job } }).success).toBe(true);
    expect(Workflow.safeParse({ ...workflow, jobs: { job: { ...job, ...change } } }).success).toBe(false);
  });
});

/** Whether a command of a workflow starts a script of package.json or a file of the repository. */
function isThere(command: string): boolean {
  const [, script] = /^npm (?:run )?([\w:]+)/.exec(command) ?? [];
  return script === undefined ? existsSync(join(ROOT, command.split(' ')[0] ?? '')) : script in packageFacts.scripts;
}

describe('reports and changes', () => {
  test.each(['bug.yml', 'feature.yml'])('the issue form %s is a valid one', (name) => {
    expect(IssueForm.safeParse(yaml(`.github/ISSUE_TEMPLATE/${name}`)).error).toBeUndefined();
  });

  test('security problems are led to the private form', () => {
    const { contact_links: links } = IssueFormConfig.parse(yaml('.github/ISSUE_TEMPLATE/config.yml'));
    expect(links.map(({ url }) => url)).toEqual([
      `https://github.com/${PUBLISHER}/firefly-mcp-server/security/advisories/new`,
    ]);
    for (const name of ['SECURITY.md', 'CODE_OF_CONDUCT.md']) {
      expect(readFileSync(join(ROOT, name), 'utf8')).toContain('(../../security/advisories/new)');
    }
  });

  test('updates of packages and of actions are proposed', () => {
    const { updates } = Dependabot.parse(yaml('.github/dependabot.yml'));
    expect(updates.map((update) => update['package-ecosystem'])).toEqual(['npm', 'github-actions']);
  });

  test('the files that people look for are there', () => {
    const wanted = ['SECURITY.md', 'CODE_OF_CONDUCT.md', 'AGENTS.md', '.github/pull_request_template.md'];
    expect(wanted.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

describe('addresses and commands', () => {
  const owners = (text: string) =>
    [...text.matchAll(/github\.com\/([\w.-]+)\/firefly-mcp/g)].map((match) => match[1] ?? '');

  test('every address names the publisher of the description, which is a placeholder until there is one', () => {
    const found = filesBelow('.').flatMap(({ text }) => owners(text));
    expect(found.length).toBeGreaterThan(2);
    expect(new Set(found.filter((owner) => owner !== PUBLISHER))).toEqual(new Set());
    expect(packageFacts.author).toBe(PUBLISHER);
  });

  test('the check of owners can fail', () => {
    expect(owners(`https://github.com/${'ann'}/firefly-mcp-server`)).toEqual(['ann']);
  });

  test('every script that a document names exists, and CONTRIBUTING names every script', () => {
    const named = ['README.md', 'CONTRIBUTING.md', 'AGENTS.md', '.github/pull_request_template.md'].flatMap((name) => [
      ...readFileSync(join(ROOT, name), 'utf8').matchAll(/npm run ([\w:]+)/g),
    ]);
    const scripts = named.map((match) => match[1] ?? '');
    expect(scripts.filter((script) => !(script in packageFacts.scripts))).toEqual([]);
    const contributing = readFileSync(join(ROOT, 'CONTRIBUTING.md'), 'utf8');
    const untold = Object.keys(packageFacts.scripts).filter(
      (name) => !new RegExp(`npm (run )?${name}(?![\\w:])`).test(contributing),
    );
    expect(untold).toEqual([]);
  });
});

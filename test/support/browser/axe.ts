import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Frame, Page } from 'playwright-core';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
/** WCAG 2.0 to 2.2, levels A and AA. */
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

let source: Promise<string> | undefined;

/** What axe-core finds against WCAG 2.2 AA, a line for each element. */
export async function violationsIn(page: Page | Frame): Promise<readonly string[]> {
  // Evaluated, since the page's own policy lets no further script in.
  await page.evaluate(await (source ??= readFile(AXE, 'utf8')));
  return page.evaluate(async (rules) => {
    const { axe } = globalThis as unknown as { axe: AxeCore };
    const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ['violations'] });
    return violations.flatMap(({ id, nodes }) =>
      nodes.map(
        ({ html, failureSummary = '' }) => `${id}: ${html.slice(0, 160)} ${failureSummary.replace(/\s+/g, ' ')}`,
      ),
    );
  }, RULES);
}

interface AxeCore {
  run(
    where: Document,
    options: object,
  ): Promise<{ violations: { id: string; nodes: { html: string; failureSummary?: string }[] }[] }>;
}

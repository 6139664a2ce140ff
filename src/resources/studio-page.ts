import { readFile } from 'node:fs/promises';

/** The page is beside the bundle that runs; from the source, in the build that every test run makes first. */
const PAGE = new URL(import.meta.url.endsWith('.ts') ? '../../dist/studio.html' : './studio.html', import.meta.url);

let page: Promise<string> | undefined;

/**
 * The studio's page as one HTML text that loads nothing. The file is read until it is there.
 * @param demo the page says so from its first moment, rather than after its first answer
 * @throws Error where the build left it out
 */
export async function studioPage({ demo }: { readonly demo: boolean }): Promise<string> {
  page ??= readFile(PAGE, 'utf8').catch((error: unknown) => {
    page = undefined;
    throw error;
  });
  const html = await page;
  return demo ? html.replace('<body', '<body data-demo') : html;
}

import type { ServerResponse } from 'node:http';
import { pageHeaders } from '../page-headers.ts';

/** Ground, ink and type of the studio (src/apps/studio/style/tokens.css). */
const STYLE = `
:root { color-scheme: light dark; font: 15px/1.5 system-ui, sans-serif; background: #fbfbfa; color: #191a1c; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
main { max-width: 28rem; padding: 2rem 1.25rem; }
h1 { font-size: 1.25rem; margin: 0 0 .5rem; }
p { margin: 0; }
@media (prefers-color-scheme: dark) { :root { background: #1b1c1e; color: #ececea; } }`;

/** Answers a person at a browser with a title and a sentence, neither of which holds anything of the request. */
export function sendPage(response: ServerResponse, status: number, text: { title: string; sentence: string }): void {
  const [title, sentence] = [escaped(text.title), escaped(text.sentence)];
  response.writeHead(status, { ...pageHeaders({ script: '', style: STYLE }), Connection: 'close' });
  response.end(`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
<p>${sentence}</p>
</main>
</body>
</html>
`);
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}

import { MOST_FILE_BYTES } from '../../../images/limits.ts';
import { formatNames, STILL_TYPES } from '../../../images/media.ts';
import { pageHeaders } from '../page-headers.ts';

const MOST_MB = MOST_FILE_BYTES / 1024 ** 2;

const STYLE = `
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { margin: 0 auto; max-width: 34rem; padding: 2rem 1rem; }
h1 { font-size: 1.4rem; }
label { display: block; padding: 2rem 1rem; border: 2px dashed; border-radius: 12px; text-align: center; cursor: pointer; }
label:focus-within, label.over { outline: 3px solid Highlight; outline-offset: 2px; }
input { position: absolute; opacity: 0; width: 1px; height: 1px; }
ul { list-style: none; padding: 0; }
li { padding: .75rem 0; border-top: 1px solid color-mix(in srgb, currentColor 25%, transparent); overflow-wrap: anywhere; }
progress { width: 100%; }
button { font: inherit; min-height: 2.75rem; padding: 0 1rem; }`;

const SCRIPT = `
const input = document.querySelector('input'), list = document.querySelector('ul'), zone = document.querySelector('label');
const put = document.body.dataset.put;
input.addEventListener('change', () => { for (const file of input.files) send(file); input.value = ''; });
// The whole page: a browser would open a file that is dropped beside the zone, and leave the page.
addEventListener('dragover', (event) => { event.preventDefault(); zone.classList.add('over'); });
addEventListener('dragleave', (event) => { if (!event.relatedTarget) zone.classList.remove('over'); });
addEventListener('drop', (event) => {
  event.preventDefault();
  zone.classList.remove('over');
  for (const file of event.dataTransfer.files) send(file);
});
function reasonIn(error) {
  if (!error) return 'it was refused.';
  // The next step of the others is one for the person who has the file.
  if (error.code === 'upload_address_invalid') return 'this page has expired. Ask your assistant for a new one.';
  return error.message + ' ' + error.next;
}
function send(file) {
  const item = document.createElement('li'), text = document.createElement('div'), bar = document.createElement('progress');
  text.textContent = file.name + ': uploading';
  bar.setAttribute('aria-label', 'Upload of ' + file.name);
  item.append(text, bar);
  list.append(item);
  const say = (words) => { bar.remove(); text.textContent = file.name + ': ' + words; };
  if (file.size > ${MOST_FILE_BYTES}) return say('it is larger than ${MOST_MB} MB. Scale it down first.');
  if (/^(video|audio|text|font)\\/|^application\\/pdf/.test(file.type)) return say('it is no picture. Give a ${formatNames(STILL_TYPES, 'or')}.');
  const request = new XMLHttpRequest();
  request.open('PUT', put + '?name=' + encodeURIComponent(file.name));
  request.responseType = 'json';
  request.upload.onprogress = (event) => { bar.max = event.total; bar.value = event.loaded; };
  request.onerror = () => say('the upload broke off. Try again.');
  request.onload = () => {
    const answer = request.response || {};
    if (request.status !== 201) return say(reasonIn(answer.error));
    say(answer.width + ' × ' + answer.height + ' pixels');
    const code = document.createElement('code'), copy = document.createElement('button');
    code.textContent = answer.image;
    copy.textContent = 'Copy';
    copy.setAttribute('aria-label', 'Copy the handle of ' + file.name);
    const select = () => getSelection().selectAllChildren(code);
    copy.onclick = () => navigator.clipboard ? navigator.clipboard.writeText(answer.image).then(() => { copy.textContent = 'Copied'; }, select) : select();
    item.append(code, ' ', copy);
  };
  request.send(file);
}`;

/** Headers of the page. */
export function uploadPageHeaders(): Readonly<Record<string, string>> {
  return pageHeaders({ script: SCRIPT, style: STYLE });
}

/**
 * The page on which a person picks pictures, each of which goes to `put`.
 * @param put path of this server, with characters of base64url, dots and slashes only
 */
export function uploadPageHtml(put: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Give a picture to Firefly</title>
<style>${STYLE}</style>
</head>
<body data-put="${put}">
<main>
<h1>Give a picture to Firefly</h1>
<p>Your assistant can then use it by its handle, which is shown here. ${formatNames(STILL_TYPES, 'or')}, at most ${MOST_MB} MB.</p>
<label><input type="file" multiple accept="${STILL_TYPES.join(',')}"><span>Choose pictures, or drop them here</span></label>
<ul aria-live="polite"></ul>
<noscript><p>This page needs JavaScript. From a terminal: <code>curl -T picture.jpg</code> and the address that you were given for scripts.</p></noscript>
</main>
<script>${SCRIPT}</script>
</body>
</html>
`;
}

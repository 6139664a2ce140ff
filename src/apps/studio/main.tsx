import { render } from 'preact';

const root = document.getElementById('studio');
if (root) render(<main>Firefly studio</main>, root);

/** Colours of a small drawing that hints at a style: sky above, sky below, far hills, near hills, sun. */
export interface StyleLook {
  readonly colours: readonly [string, string, string, string, string];
  /** How crowded the drawing is, 0 to 2. */
  readonly hills: number;
}

/** Styles that are known by their colours. */
const KNOWN: Readonly<Record<string, StyleLook['colours']>> = {
  bw: ['#ddd', '#999', '#666', '#222', '#fff'],
  film_noir: ['#222', '#555', '#111', '#000', '#ddd'],
  charcoal: ['#eee', '#ccc', '#888', '#333', '#fff'],
  golden: ['#ffdf8a', '#f4a340', '#b5651d', '#5c3310', '#fff3c4'],
  golden_hour: ['#ffd28a', '#f08a4b', '#8f4a3a', '#3f2a33', '#fff0c2'],
  neon: ['#12062b', '#5b0f8c', '#ff2fa8', '#00e5ff', '#faff00'],
  cool_colors: ['#bfe3ff', '#6fa8dc', '#3d6fa5', '#1c3d6e', '#eef8ff'],
  warm_tone: ['#ffd9b0', '#f29e6c', '#c2573b', '#6e2b24', '#ffefd6'],
  pastel_color: ['#fde2ec', '#d9ecff', '#c9e7d3', '#e4d7f5', '#fff7d6'],
  vibrant_colors: ['#00c2ff', '#ff3d7f', '#ffcc00', '#3ddc84', '#ffffff'],
  underwater: ['#5fd3d6', '#15799b', '#0d4d6e', '#06283f', '#d6fffb'],
  synthwave: ['#2b0b4f', '#ff5f9e', '#5a189a', '#10002b', '#ffd166'],
  misty: ['#e8edf0', '#cfd8dd', '#a9b6bd', '#7d8c94', '#ffffff'],
};

/** The look of a style: its own colours, else colours that its name always gives. It hints; it promises nothing. */
export function lookOf(style: string): StyleLook {
  let hash = 7;
  for (const letter of style) hash = (hash * 31 + (letter.codePointAt(0) ?? 0)) % 100_003;
  const hue = hash % 360;
  const far = (hue + 40 + (hash % 90)) % 360;
  const own: StyleLook['colours'] = [
    `hsl(${hue} 60% 82%)`,
    `hsl(${far} 55% 64%)`,
    `hsl(${far} 45% 46%)`,
    `hsl(${hue} 45% 26%)`,
    `hsl(${(hue + 180) % 360} 80% 90%)`,
  ];
  return { colours: KNOWN[style] ?? own, hills: hash % 3 };
}

/** The name of a style in words: "golden_hour" is "Golden hour". */
export function styleName(style: string): string {
  const words = style === 'bw' ? 'black and white' : style.replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A document of the index. */
export interface Document {
  readonly name: string;
  readonly text: string;
}

/** The usual constants of Okapi BM25. */
const K1 = 1.2;
const B = 0.75;

/** Words in lower case, without a plural or third-person s unless it is to stay, as simple search indexes have them. */
function words(text: string, isPlural: boolean): string[] {
  const found = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  if (!isPlural) return found;
  return found.map((word) => (word.length > 3 && word.endsWith('s') && !word.endsWith('ss') ? word.slice(0, -1) : word));
}

/**
 * Names of the documents that share a word with the query, best first (Okapi BM25; ties in the order of the documents).
 * @param plural false: words count as they stand
 */
export function search(query: string, documents: readonly Document[], { plural = true } = {}): string[] {
  const index = documents.map(({ name, text }) => ({ name, words: words(text, plural) }));
  const average = index.reduce((sum, document) => sum + document.words.length, 0) / index.length;
  const idf = (word: string) => {
    const containing = index.filter((document) => document.words.includes(word)).length;
    return Math.log(1 + (index.length - containing + 0.5) / (containing + 0.5));
  };
  const weights = [...new Set(words(query, plural))].map((word) => ({ word, idf: idf(word) }));
  return index
    .map((document) => {
      const score = weights.reduce((sum, { word, idf: weight }) => {
        const count = document.words.filter((other) => other === word).length;
        return sum + (weight * count * (K1 + 1)) / (count + K1 * (1 - B + (B * document.words.length) / average));
      }, 0);
      return { name: document.name, score };
    })
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score)
    .map(({ name }) => name);
}

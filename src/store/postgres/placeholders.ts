/** A placeholder, or a string, quoted name or comment, inside which a `?` is no placeholder. */
const PIECES = /'(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*|\/\*[\s\S]*?\*\/|\?/g;

/** Replaces the `?` placeholders of a statement by those of PostgreSQL: `$1`, `$2`, … in their order. */
export function numbered(sql: string): string {
  let count = 0;
  return sql.replace(PIECES, (piece) => (piece === '?' ? `$${(count += 1)}` : piece));
}

/** `numbered` with a cache: statements are constants, so there are few. */
export function cachedNumbering(): (sql: string) => string {
  const known = new Map<string, string>();
  return (sql) => {
    const cached = known.get(sql);
    if (cached !== undefined) return cached;
    const text = numbered(sql);
    known.set(sql, text);
    return text;
  };
}

import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { rangeOf } from '../../model/days.ts';
import { Button } from '../../parts/button.tsx';
import { Icon } from '../../parts/icon.tsx';
import { type Kind, LibraryList, NO_FILTER, type Query, type Time } from '../../session/library/library-list.ts';
import { useStore } from '../../session/store.ts';
import { useStudio } from '../../session/studio.ts';
import { Frames } from '../result/result-view.tsx';
import { Grid } from './grid.tsx';
import { Glance } from './glance.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { UploadButton } from './uploads.tsx';

/** Typing is looked for this long after the last key. */
const LOOK_AFTER_MS = 250;
const KINDS: readonly Kind[] = ['all', 'generated', 'edits', 'mask', 'import', 'video'];
const TIMES: readonly Time[] = ['any', 'today', 'week', 'month'];

/** All pictures: search, filters, selection, and a glance at the one in focus. */
export function LibraryView() {
  const studio = useStudio();
  const [query, setQuery] = useState<Query>(NO_FILTER);
  const list = useMemo(() => new LibraryList(studio, NO_FILTER), [studio]);
  const entries = useStore(list.entries);
  const loading = useStore(list.loading);
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const [focused, setFocused] = useState<string | undefined>(undefined);
  const anchor = useRef<string | undefined>(undefined);
  const arrived = useStore(studio.uploads.arrived);
  const isAway = useStore(studio.connection) !== 'good';
  useEffect(() => {
    if (isAway) return;
    const timer = setTimeout(() => void list.look(query), query.text === '' ? 0 : LOOK_AFTER_MS);
    return () => clearTimeout(timer);
  }, [list, query, arrived, isAway]);

  const toggle = (image: string, extend: boolean): void => {
    const images = extend && anchor.current !== undefined ? rangeOf(entries, anchor.current, image) : [image];
    const next = new Set(selected);
    const add = extend || !selected.has(image);
    for (const one of images) {
      if (add) next.add(one);
      else next.delete(one);
    }
    anchor.current = image;
    setSelected(next);
  };
  const isFiltered = query.text !== '' || query.kind !== 'all' || query.time !== 'any';
  const glanced = entries.find(({ image }) => image === focused) ?? entries[0];
  return (
    <main class="body library-body">
      <div class="lib">
        <Search query={query} onQuery={setQuery} />
        {entries.length === 0 && !loading && !isAway ? (
          <None isFiltered={isFiltered} onClear={() => setQuery(NO_FILTER)} />
        ) : (
          <Grid
            list={list}
            selected={selected}
            onToggle={toggle}
            onFocus={setFocused}
            onSelectAll={() => setSelected(new Set(entries.map(({ image }) => image)))}
            onClear={() => setSelected(new Set())}
          />
        )}
        {selected.size === 0 ? null : (
          <SelectionBar
            images={[...selected]}
            onDeleted={(gone) => list.without(gone)}
            onClear={() => setSelected(new Set())}
          />
        )}
      </div>
      {glanced === undefined ? (
        <aside class="side" aria-label={studio.t.library.lineage} />
      ) : (
        <Glance entry={glanced} />
      )}
    </main>
  );
}

function Search({ query, onQuery }: { query: Query; onQuery: (query: Query) => void }) {
  const { t, bridge } = useStudio();
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== '/' || event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement)
        return;
      event.preventDefault();
      field.current?.focus();
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  }, []);
  return (
    <div class="libbar">
      <h1 class="sr">{t.library.title}</h1>
      <div class="row">
        <label class="grow search">
          <span class="sr">{t.library.search}</span>
          <Icon name="search" small />
          <input
            ref={field}
            type="search"
            class="input"
            value={query.text}
            placeholder={t.library.search}
            dir="auto"
            onInput={(event) => onQuery({ ...query, text: event.currentTarget.value })}
          />
        </label>
        {bridge.can.upload ? <UploadButton /> : null}
      </div>
      <div class="chips" role="group" aria-label={t.library.filters}>
        {KINDS.map((kind) => (
          <button
            key={kind}
            type="button"
            class="chip"
            aria-pressed={kind === query.kind}
            onClick={() => onQuery({ ...query, kind })}
          >
            {t.library.kinds[kind]}
          </button>
        ))}
        <select
          class="chip"
          aria-label={t.library.time}
          value={query.time}
          onChange={(event) => onQuery({ ...query, time: event.currentTarget.value as Time })}
        >
          {TIMES.map((time) => (
            <option key={time} value={time}>
              {t.library.times[time]}
            </option>
          ))}
        </select>
      </div>
    </div>
  );
}

function None({ isFiltered, onClear }: { isFiltered: boolean; onClear: () => void }) {
  const studio = useStudio();
  const { library } = studio.t;
  return (
    <div class="empty">
      <Frames />
      <h2>{isFiltered ? library.noMatch : library.none}</h2>
      <p class="quiet">{isFiltered ? library.noMatchNote : library.noneNote}</p>
      <div class="actions centred">
        {isFiltered ? (
          <Button onPress={onClear}>{library.clear}</Button>
        ) : (
          <Button look="main" icon="plus" onPress={() => studio.go({ view: 'new' })}>
            {library.newPicture}
          </Button>
        )}
      </div>
    </div>
  );
}

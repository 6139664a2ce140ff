import { useEffect, useRef, useState } from 'preact/hooks';
import { daysOf } from '../../model/days.ts';
import type { LibraryList } from '../../session/library/library-list.ts';
import { useStore } from '../../session/store.ts';
import { useStudio } from '../../session/studio.ts';
import { Cell } from './cell.tsx';
import { type GridProps, onKey } from './grid-keys.ts';
import { useNear } from './use-near.ts';

/** Rows of pictures under their days. Arrows move, Space selects, Enter opens. */
export function Grid(props: GridProps) {
  const { list } = props;
  const studio = useStudio();
  const { t, f } = studio;
  const entries = useStore(list.entries);
  const hasMore = useStore(list.hasMore);
  const own = useRef<HTMLDivElement>(null);
  const [current, setCurrent] = useState<string | undefined>(undefined);
  const active = entries.some(({ image }) => image === current) ? current : entries[0]?.image;
  return (
    <div
      class="libgrid"
      ref={own}
      role="group"
      aria-label={t.library.grid}
      onKeyDown={(event) => onKey(event, own.current, props)}
    >
      {daysOf(entries, (iso) => f.dayKey(iso)).map(({ key, entries: ofDay }, place, days) => (
        <section key={key} class="of-day">
          <h2 class="day">
            <span>{f.day(ofDay[0]?.created_at ?? key)}</span>
            {/* Of the oldest day, more may come. */}
            <span class="quiet num">{t.library.count(ofDay.length, hasMore && place === days.length - 1)}</span>
          </h2>
          <div class="justified">
            {ofDay.map((entry) => (
              <Cell
                key={entry.image}
                entry={entry}
                root={own}
                isActive={entry.image === active}
                isSelected={props.selected.has(entry.image)}
                selecting={props.selected.size > 0}
                onToggle={props.onToggle}
                onFocus={() => {
                  setCurrent(entry.image);
                  props.onFocus(entry.image);
                }}
              />
            ))}
          </div>
        </section>
      ))}
      {hasMore ? <More list={list} root={own} words={t.library.loadingMore} /> : null}
    </div>
  );
}

/** Asks for the next page once the end comes near. */
function More({
  list,
  root,
  words,
}: {
  list: LibraryList;
  root: { readonly current: HTMLElement | null };
  words: string;
}) {
  const own = useRef<HTMLDivElement>(null);
  const inReach = useNear(own, root);
  const entries = useStore(list.entries);
  useEffect(() => {
    if (inReach) void list.more();
  }, [inReach, list, entries]);
  return (
    <div ref={own} class="more row quiet">
      <span class="spin" />
      {words}
    </div>
  );
}

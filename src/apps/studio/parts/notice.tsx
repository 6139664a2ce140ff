import type { ComponentChildren } from 'preact';
import { useStudio } from '../session/studio.ts';
import { Icon, type IconName } from './icon.tsx';

export type NoticeKind = 'info' | 'good' | 'warn' | 'bad';

const ICON_OF = { info: 'info', good: 'check', warn: 'warn', bad: 'bad' } as const satisfies Record<
  NoticeKind,
  IconName
>;

interface NoticeProps {
  readonly kind: NoticeKind;
  readonly icon?: IconName;
  readonly title: string;
  /** What it cost. */
  readonly money?: string | undefined;
  /** Words of Adobe: shown as data, never as ours. */
  readonly upstream?: string | undefined;
  readonly children?: ComponentChildren;
}

/** What happened, what it cost, what to do: always in this order. */
export function Notice({ kind, icon, title, money, upstream, children }: NoticeProps) {
  const { t } = useStudio();
  return (
    <div class={`notice ${kind}`} role={kind === 'bad' ? 'alert' : 'status'}>
      <Icon name={icon ?? ICON_OF[kind]} />
      <div>
        <h3>{title}</h3>
        {money === undefined ? null : <Money>{money}</Money>}
        {children}
        {upstream === undefined ? null : (
          <p class="upstream">
            <b>{t.outcome.adobeSaid}</b> <bdi dir="auto">{upstream}</bdi>
          </p>
        )}
      </div>
    </div>
  );
}

function Money({ children }: { children: ComponentChildren }) {
  return (
    <div class="money">
      <Icon name="ticket" small />
      <span>{children}</span>
    </div>
  );
}

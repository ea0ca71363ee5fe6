import type { Config } from '../../proxy/config-schema.ts';
import type { Role } from '../../proxy/proxy.ts';
import type { ModelTraits } from './model.ts';

/** What a world is made of, before anything happens in it. */
export interface Setting {
  readonly config: Config;
  /** One for each replica. */
  readonly roles: readonly Role[];
  readonly models: readonly ModelTraits[];
  readonly subscriptions: Readonly<Record<'items' | 'backlog', SubscriptionSetting>>;
}

export interface SubscriptionSetting {
  readonly ackDeadlineMs: number;
  readonly retryPolicy: { readonly minimumBackoffMs: number; readonly maximumBackoffMs: number };
}

/** The events that are published. */
export interface Load {
  /** Milliseconds. */
  readonly durationMs: number;
  /** Events per second, on average. */
  readonly rate: number;
  /** The share of events that edit an item there already is; mostly one that has just been listed. */
  readonly edits: number;
  /** The share of edits that are delistings. */
  readonly delistings: number;
  /** The share of events that the publisher sends twice. */
  readonly repeats: number;
  /** The share of events that are published after a younger one of their item. */
  readonly disorder: number;
  /** The share of messages that are no valid events. */
  readonly invalid: number;
}

/** A fault with its time, in milliseconds since the run began. */
export interface ScheduledFault {
  readonly atMs: number;
  readonly forMs: number;
  readonly fault: Fault;
}

export type Fault =
  | { readonly kind: 'model down' | 'model hanging'; readonly model: string }
  | { readonly kind: 'model slow'; readonly model: string; readonly factor: number }
  | {
      readonly kind: 'model failing';
      readonly model: string;
      readonly share: number;
      readonly codes: readonly number[];
    }
  | {
      readonly kind: 'model refusing inputs';
      readonly model: string;
      readonly share: number;
      readonly codes: readonly number[];
    }
  | { readonly kind: 'model answering garbage'; readonly model: string; readonly share: number }
  | { readonly kind: 'model flapping'; readonly model: string; readonly periodMs: number }
  | { readonly kind: 'model deployed'; readonly model: string; readonly version: string }
  | { readonly kind: 'cache gone'; readonly forgets: boolean }
  | { readonly kind: 'cache frozen' | 'catalogue down' | 'catalogue hanging' }
  | { readonly kind: 'cache losing entries'; readonly share: number }
  | { readonly kind: 'cache slow' | 'catalogue slow' | 'publishes slow'; readonly delayMs: number }
  | { readonly kind: 'publishes refused'; readonly share: number; readonly code: number }
  | { readonly kind: 'publishes unconfirmed'; readonly share: number }
  | { readonly kind: 'acks lost' | 'duplicates' | 'reordering'; readonly share: number }
  | { readonly kind: 'streams cut' }
  | { readonly kind: 'replica crashed' | 'replica restarted'; readonly replica: number }
  | { readonly kind: 'clock jumped'; readonly replica: number; readonly byMs: number }
  | { readonly kind: 'burst'; readonly factor: number };

export type FaultKind = Fault['kind'];

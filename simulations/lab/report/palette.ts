/** What a chart's colours are for. */
export const INKS = [
  'ground',
  'ink',
  'muted',
  'axis',
  'grid',
  'fault',
  'load',
  'proxy',
  'ill',
  'wait',
  'delay',
  'backlog',
] as const;
export type Ink = (typeof INKS)[number];
export type Theme = 'light' | 'dark';

/**
 * The lines are in the colours of Okabe and Ito (https://jfly.uni-koeln.de/color/), which people with any kind of colour
 * vision tell apart, made darker or lighter where they stand out too little from the ground. No two lines of one chart are
 * told apart by colour alone.
 */
export const PALETTES: Readonly<Record<Theme, Readonly<Record<Ink, string>>>> = {
  light: {
    ground: '#ffffff',
    ink: '#1c2430',
    muted: '#566070',
    axis: '#8b95a3',
    grid: '#e4e8ed',
    fault: '#f7d9a8',
    load: '#0072b2',
    proxy: '#6a51a3',
    ill: '#d55e00',
    wait: '#a0457c',
    delay: '#007a5a',
    backlog: '#0072b2',
  },
  dark: {
    ground: '#14181f',
    ink: '#e8ecf2',
    muted: '#a4aebc',
    axis: '#6b7686',
    grid: '#2a313c',
    fault: '#5d4517',
    load: '#56b4e9',
    proxy: '#b9a5e8',
    ill: '#e69f00',
    wait: '#dd8fb9',
    delay: '#2fc299',
    backlog: '#56b4e9',
  },
};

/** Colours that the page around a chart decides on. */
export const PAGE_INKS = Object.fromEntries(INKS.map((ink) => [ink, `var(--${ink})`])) as Record<Ink, string>;

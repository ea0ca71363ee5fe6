import { lines, words } from '../grammar.ts';

/** What forgers and owners of the real thing have in common. */
export const LUXURY = [
  'fashion/bags',
  'fashion/women',
  'fashion/men',
  'accessories/watches',
  'fashion/shoes',
  'other/other',
];

export const brand =
  words(`Louis Vuitton|LV, Gucci, Chanel, Rolex, Hermes, Prada, Dior, Nike|Air Jordan, Adidas Yeezy, Omega, Cartier,
  Balenciaga, Off-White, Supreme, Burberry, Fendi, Saint Laurent|YSL, Versace, Moncler, Canada Goose, Ray-Ban, Audemars Piguet,
  Patek Philippe, Tiffany, Coach, Michael Kors, Bottega Veneta, Celine, Givenchy, Valentino, Goyard, Tag Heuer, Breitling,
  Hublot, Oakley, The North Face, Stone Island, Van Cleef & Arpels, Loewe, Miu Miu, Golden Goose, Panerai`);

export const model =
  words(`Neverfull|Speedy 30, Marmont, Classic Flap, Submariner|Datejust|Daytona, Birkin 30|Kelly, Saffiano tote,
  Saddle bag, Dunk Low|Jordan 1 High, 350 V2, Seamaster|Speedmaster, Love bracelet, Triple S, Box logo hoodie, Nova check scarf,
  Baguette, Kate clutch, Medusa belt, Maya puffer, Wayfarer, Royal Oak, Nautilus, Heart tag necklace, Tabby, Jet Set tote,
  Cassette bag, Luggage tote, Antigona, Rockstud pumps, St Louis tote, Carrera, Navitimer, Big Bang, Nuptse jacket, Alhambra,
  Puzzle bag, Superstar sneakers, Luminor, Keepall 50, Gaucho, Reverso, Trinity ring`);

export const genuineTitles = lines(`
  {brand} {model} {proof}
  {proof} {brand} {model}
  {brand} {model} pre-owned
  {brand} {model} size {n}
  Vintage {brand} {model} {year}
  {brand} {model} used, {proof}
`);

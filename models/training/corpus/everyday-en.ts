import { type Kind, lines, words } from '../grammar.ts';
import { colour, state } from './smalltalk-en.ts';

const titles = lines(`
  {item}
  {item} {state}
  {state} {item}
  {brand} {item}
  {brand} {item} {state}
  {item} in {colour}
  {colour} {item}, {state}
  {item}, size {n}
  {item} from {year}
  Lot of {n} {item}
  {item} for sale, {state}
  Lovely {item} {colour}
`);

interface Shelf {
  name: string;
  categories: string[];
  price: [number, number];
  brand: string;
  item: string;
  say: string;
}

const shelf = ({ name, categories, price, brand, item, say }: Shelf): Kind => ({
  name,
  language: 'en',
  categories,
  price,
  titles,
  lines: lines(say),
  words: { item: words(item), brand: words(brand), state, colour },
});

export const everydayEn: readonly Kind[] = [
  shelf({
    name: 'electronics',
    categories: ['electronics/phones', 'electronics/audio', 'electronics/computers', 'electronics/cameras'],
    price: [10, 1400],
    brand: 'Sony, Apple, Samsung, Canon, Nikon, Anker, Bose, Lenovo, Dell, Asus, Panasonic, Logitech, Fujifilm, Garmin',
    item: `wireless headphones, laptop 14 inch, tablet, mirrorless camera, smartwatch, bluetooth speaker, mechanical keyboard, gaming
      mouse, phone 128GB, external drive, monitor 27 inch, camera tripod, e-reader, graphics card, router, zoom lens, microphone,
      power bank, drone with camera, turntable`,
    say: `Battery health is at 9{n} percent
      Factory reset and unlocked
      Screen has no cracks, small dent on the corner
      Charger and cable are included
      Shutter count is around {n}000
      Updated to the latest version
      Works with all carriers
      Shot mostly indoors, no fungus in the lens
      Triggered the warranty once, repaired by the maker`,
  }),
  shelf({
    name: 'clothes',
    categories: ['fashion/women', 'fashion/men', 'fashion/shoes', 'fashion/kids'],
    price: [4, 180],
    brand: 'Uniqlo, Zara, H&M, Levi, Patagonia, Gap, Muji, Mango, Puma, Columbia, Asos, Converse, Vans, Reebok',
    item: `denim jacket, summer dress, wool coat, linen shirt, cargo pants, sneakers, ankle boots, rain jacket, knit sweater, pleated
      skirt, hoodie, school uniform, silk scarf, swimsuit, leather belt, tote bag, handbag, backpack, wrist watch, sunglasses`,
    say: `Fits true to size, I am 170 cm tall
      Machine washable at 30 degrees
      Worn to one party and dry cleaned
      Pockets on both sides and a hidden zipper
      Fabric is soft and a little stretchy
      Small pull at the hem, hard to see
      Sleeves are {n} cm shorter than usual
      Bought two sizes, keeping the other`,
  }),
  shelf({
    name: 'home and kitchen',
    categories: ['home/kitchen', 'home/furniture', 'home/decor', 'home/appliances'],
    price: [5, 500],
    brand: 'Ikea, Philips, Le Creuset, Dyson, Zojirushi, Tefal, Nespresso, Kitchenaid, Oxo, Staub, Braun, Pyrex',
    item: `rice cooker, coffee maker, floor lamp, bookshelf, dinner plates, cast iron pan, vacuum cleaner, air fryer, curtains, wool
      rug, desk chair, bed frame, toaster, stand mixer, humidifier, tea set, picture frame, storage boxes, bedding set, wall clock`,
    say: `Must be collected, it is heavy
      Dishwasher safe, no chips
      Runs quietly, filter was replaced
      Assembled once, all screws are there
      From a pet free home
      Measures {n}0 by {n}0 cm
      Moving house so it has to go
      Warm light, bulb included`,
  }),
  shelf({
    name: 'toys and games',
    categories: ['toys/figures', 'toys/board games', 'games/video games', 'toys/baby', 'games/trading cards'],
    price: [3, 250],
    brand:
      'Lego, Hasbro, Nintendo, Bandai, Mattel, Playmobil, Fisher-Price, Ravensburger, Sega, Brio, Sylvanian, Hot Wheels',
    item: `building blocks, doll house, puzzle 1000 pieces, train set, plush bear, board game, handheld console, trading cards binder,
      stroller, baby carrier, action figure, remote control car, party card game, adventure game, wooden blocks, kite, model plane,
      art easel`,
    say: `All pieces were counted, none missing
      My son has lost interest in it
      Box has a tear, contents are fine
      Save battery was replaced
      Safe for children from {n} months
      Cards were kept in sleeves
      Manual can be found online
      Washable cover, new straps`,
  }),
  shelf({
    name: 'books and media',
    categories: ['books/fiction', 'books/comics', 'books/business', 'music/cd', 'music/vinyl', 'movies/dvd'],
    price: [2, 70],
    brand: 'Penguin, Viz, Oxford, Marvel, Deutsche Grammophon, Criterion, Vintage, Kodansha, Blue Note, Pixar',
    item: `mystery novel, manga volumes, cook book, travel guide, history textbook, jazz record, film box set, poetry collection,
      children's picture book, language course, art catalogue, science fiction trilogy, biography, sheet music, magazine back issues,
      photography book`,
    say: `No writing inside, corners a bit bumped
      Plays without skips
      Read once on holiday
      Printed in {year}, second edition
      Sleeve is worn but the record is clean
      A gripping story about a heist
      Underlined in the first chapter
      Translated well, large print`,
  }),
  shelf({
    name: 'sports and outdoors',
    categories: ['sports/outdoor', 'sports/camping', 'sports/fitness', 'sports/cycling', 'sports/fishing'],
    price: [5, 700],
    brand: 'Coleman, Shimano, Wilson, Snow Peak, Decathlon, Yonex, Salomon, Mizuno, Trek, Osprey, Speedo, Daiwa',
    item: `two person tent, sleeping bag, road bike, tennis racket, yoga mat, dumbbells, fishing reel, golf clubs, hiking boots,
      snowboard, wetsuit, camping stove, football, climbing rope, ski goggles, kayak paddle, running belt, thermos bottle`,
    say: `Used for one season only
      Waterproof to {n}00 mm
      Tyres and chain are new
      Fits riders of about 175 cm
      Packs down very small
      Grip tape was renewed
      Poles and pegs are complete
      Kept indoors, no rust`,
  }),
  shelf({
    name: 'tools, garden and car',
    categories: [
      'tools/power tools',
      'tools/garden',
      'auto/parts',
      'auto/garage',
      'crafts/supplies',
      'pets/supplies',
      'music/instruments',
    ],
    price: [4, 600],
    brand: 'Bosch, Makita, Karcher, Toyota, Yamaha, Fender, Gardena, Stihl, Michelin, Casio, Roland, Singer',
    item: `cordless drill, lawn mower, roof rack, tool box, garden hose, winter tyres, sewing machine, acoustic guitar, digital piano,
      aquarium, dog bed, cat tree, bird cage, paint brushes, knitting yarn, socket set, circular saw, car seat cover, violin, drum
      pedal`,
    say: `Runs well, serviced in spring
      Two batteries and a charger
      Fits models from {year} on
      Strings were changed last week
      Blade was sharpened recently
      Cleaned and disinfected
      Buyer collects with a van
      Stored in a dry shed`,
  }),
  shelf({
    name: 'beauty and handmade',
    categories: [
      'beauty/skin',
      'beauty/hair',
      'beauty/perfume',
      'handmade/jewelry',
      'handmade/other',
      'jewelry/rings',
      'food/tea',
    ],
    price: [3, 160],
    brand: 'Shiseido, Nivea, Clinique, Aesop, Lush, Kose, Loreal, Kiehl, Origins, Innisfree',
    item: `face cream, hair dryer, perfume 50 ml, silver ring, hand knitted socks, ceramic mug, scented candle, nail polish set,
      beaded bracelet, soap gift box, green tea tin, makeup brushes, embroidered pouch, pearl earrings, leather key holder, resin
      pendant`,
    say: `Opened and used twice
      Best before is next year
      Made by me, each one differs a little
      Smells of lavender and cedar
      Sterling silver, stamped inside
      Gift wrapping on request
      Suitable for sensitive skin
      Took me {n} hours to make`,
  }),
];

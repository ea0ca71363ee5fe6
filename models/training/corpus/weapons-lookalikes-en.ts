import { type Kind, lines, words } from '../grammar.ts';

export const weaponsLookalikesEn: readonly Kind[] = [
  {
    name: 'toy weapon',
    language: 'en',
    looksLike: 'weapons',
    categories: ['toys/outdoor', 'toys/figures', 'toys/pretend play', 'costumes/accessories'],
    price: [3, 60],
    titles: lines(`
      {toy} for kids
      {toy} {feature}
      {feature} {toy}
      {toy} set of {n}
      Kids {toy}, {feature}
      {toy} summer fun
      Halloween costume prop {toy}
      Party {toy} {feature}
    `),
    lines: lines(`
      My children have outgrown it
      Ages {n} and up, soft and safe
      Shoots up to {n} metres of water, great by the pool
      Orange tip, clearly a toy
      Runs on two AA batteries, makes light and sound
      Foam darts are included
      Plastic, weighs next to nothing
      Perfect with a pirate or cowboy costume
      Great for birthday parties and the garden
      Blows hundreds of bubbles a minute
      Made of EVA foam, can't hurt anyone
      Used once for a school play
    `),
    words: {
      toy: words(`water gun|water pistol|squirt gun, Super Soaker|water blaster, Nerf blaster|Nerf Elite gun|foam dart gun,
        bubble gun|bubble machine gun, cap gun|cowboy cap pistol, toy sword|foam sword|plastic sword, lightsaber|light up
        sword, toy rifle with sound, laser tag gun set, ray gun toy, pirate pistol plastic, wooden rubber band gun,
        toy crossbow with suction cups, inflatable sword, toy grenade water balloon, ninja costume with foam stars,
        gel ball blaster toy, plastic knight shield and sword, marshmallow shooter, toy bow and arrow, confetti cannon,
        Lego gun pieces, pixel sword from the block game, toy tank with cannon, potato gun toy`),
      feature:
        words(`bright orange, for the pool, with lights and sound, ages 3+, soft foam, party favor, pink and blue,
        kids costume, glow in the dark, for bath time, birthday gift, big tank 1 litre, battery operated, for toddlers`),
    },
  },
  {
    name: 'tool with a gun in its name',
    language: 'en',
    looksLike: 'weapons',
    categories: ['tools/power tools', 'tools/hand tools', 'health/massage', 'auto/garage', 'crafts/supplies'],
    price: [8, 250],
    titles: lines(`
      {tool} {spec}
      {brand} {tool}
      {tool} with {spec}
      Cordless {tool} {brand}
      {tool} kit, {spec}
      Used {tool} {spec}
      {brand} {tool} {spec}
      Professional {tool}
    `),
    lines: lines(`
      Heats up in {n} minutes, stand included
      Battery holds a charge for {n} hours
      Four heads for neck, back and calves
      Drives nails up to {n} mm into softwood
      Used for one renovation and then stored in the garage
      Charger and carry case are in the box
      Trigger works smoothly, nozzle was cleaned
      Comes with {n} glue sticks
      Works with any standard air compressor
      Loud hum but strong, relaxes sore muscles after running
      Perfect for crafts, wood and fabric
      Hose and quick coupler included
    `),
    words: {
      tool: words(`glue gun|hot glue gun|mini glue gun, nail gun|brad nailer, staple gun|stapler gun, massage gun|deep tissue
        massager|percussion massage gun, heat gun|hot air gun, caulking gun|silicone gun, spray gun|paint spray gun, grease
        gun, price tag gun|label gun, tagging gun, soldering gun, barcode scanner gun, infrared thermometer gun, air blow
        gun, pressure washer gun, rivet gun, impact wrench, foam cannon for car wash, garden hose nozzle gun, radar speed
        gun, screw gun drywall, tattoo gun kit, cookie press gun, T-shirt tagging gun, sausage stuffer gun`),
      spec: words(`110V 60W, 20V battery, 6 speeds, adjustable temperature, carry case, 1800W, pneumatic, extra nozzles,
        hardly used, 30 sticks, quiet motor, original charger, 4 attachments, brushless, safety stand, long hose`),
      brand:
        words(`Makita, Bosch, DeWalt, Ryobi, Theragun, Stanley, Milwaukee, Black+Decker, Hilti, Arrow, Hyperice, Wagner,
        Dremel, Metabo, Craftsman, Einhell, Paslode, Renpho`),
    },
  },
  {
    name: 'named after a weapon',
    language: 'en',
    looksLike: 'weapons',
    categories: [
      'fashion/men',
      'auto/wheels',
      'music/vinyl',
      'games/video games',
      'books/fiction',
      'home/kitchen',
      'beauty/hair',
    ],
    price: [4, 400],
    titles: lines(`
      {thing} {about}
      {thing}, {about}
      {about} {thing}
      Vintage {thing}
      {thing} size {n}
      {thing} complete and {about}
    `),
    lines: lines(`
      Colour is a dark metallic grey, looks great in the sun
      Disc has no scratches, manual is included
      Read once, spine is not cracked
      Original pressing, sleeve has some wear
      Fits true to size, worn a few times
      Motor is strong, makes smoothies in seconds
      Poster was kept rolled, no pin holes
      Came from a smoke free home
      Download code is unused
      Has pockets inside and a warm lining
      The story kept me up all night
      Comes with charger and all the original parts
    `),
    words: {
      thing:
        words(`gunmetal grey watch strap|gunmetal alloy wheels|gunmetal sunglasses, Guns N' Roses vinyl, Top Gun jacket|Top
        Gun DVD, Sex Pistols record, bullet journal|bullet journal pens, NutriBullet blender, bullet train model, first
        person shooter game disc, Gunslinger novel, shotgun house print, James Bond gun barrel poster, bath bomb set,
        photobomb frame, sword fern plant, Sword Art Online figure, arrow pendant, cannon lens cap, trigger point foam
        roller, Battlefield game, military style field jacket, camouflage cargo pants, Rifle Paper planner, bomber jacket,
        Machine Gun Kelly CD, gunny sack|burlap sack, magazine rack|fashion magazines, silver bullet camper toy, rocket
        stove, pistol squat trainer, rapid fire arcade stick, Blade Runner Blu-ray, blender blade assembly, kill bill
        poster, shoulder holster phone bag, torpedo level, grenade shaped mug, gunpowder green tea, hair trigger mystery
        novel, gun cleaning brush pen holder`),
      about:
        words(`excellent condition, with box, rare colour, first edition, limited, working, collectors item, for fans,
        hardly worn, complete set, great gift, XL, unopened, remastered, matte finish, signed`),
    },
  },
  {
    name: 'airsoft, model or accessory',
    language: 'en',
    looksLike: 'weapons',
    categories: ['sports/airsoft', 'hobbies/models', 'sports/hunting accessories', 'hobbies/props'],
    price: [10, 350],
    titles: lines(`
      {maker} {gun} [airsoft] {kind}
      [Airsoft] {gun} {kind} 6mm BB
      {gun} non firing display replica, plastic
      {accessory} for {gun}
      {accessory} {maker}
      1/{n} scale model {gun}
      {gun} [airsoft] green gas, orange tip
      {accessory} leather handmade
      {accessory} with lock
    `),
    lines: lines(`
      [Airsoft] only, shoots 6mm plastic BBs under 0.98 joule
      Orange tip is in place, sold to adults over 18
      Cannot be converted, zinc alloy and ABS
      Comes with a bag of plastic BBs and a hop up tool
      Empty, no firearm or ammunition is sold with it
      Holds your optics steady, fits a picatinny rail
      Metal model kit, nothing moves and nothing fires
      Storage only, foam inside, key lock
      Gearbox was shimmed, battery is 9.6V NiMH
      Cosplay prop, cast in resin and painted by hand
      Padded, with shoulder strap and pockets
      Hearing protection for the range, NRR {n}
    `),
    words: {
      maker: words(`Tokyo Marui, Umarex, KWA, G&G Armament, WE Tech, Cybergun, Krytac, ASG, Lancer Tactical, Maruzen,
        Western Arms, KSC, Classic Army, VFC`),
      gun: words(`Glock 18C, Beretta M92F, MP5A5, M4A1, Desert Eagle, P226, Hi-Capa 5.1, AK47, Uzi, SCAR-L, G36C, Walther
        P99, Colt Government, Python revolver, Luger, MP7, FAMAS, L96, Steyr AUG, P90`),
      kind: words(`gas blowback, AEG, spring powered, CO2, electric, BB gun, starter set, tan version, toy grade`),
      accessory:
        words(`leather holster|belt holster, gun safe box|biometric safe, rifle case|padded gun bag, cleaning kit|bore
        brush set, ear muffs|shooting ear protection, airsoft red dot|toy scope, airsoft BB loader, display stand|wall
        hanger, shooting targets paper, sling strap, ammo can empty|empty ammo tin, range bag, spent brass casing
        keychain|inert bullet necklace, airsoft face mask, clay pigeon thrower, snap caps dummy, tactical vest, deer
        decoy`),
    },
  },
  {
    name: 'everyday blade, or martial art',
    language: 'en',
    looksLike: 'weapons',
    categories: [
      'home/kitchen',
      'sports/camping',
      'sports/martial arts',
      'tools/garden',
      'crafts/supplies',
      'sports/archery',
    ],
    price: [5, 300],
    titles: lines(`
      {knife} {detail}
      {detail} {knife}
      {knife} set of {n}
      {knife} with wooden handle
      {knife}, {detail}
      Japanese {knife}
      {knife} for beginners
    `),
    lines: lines(`
      Cuts bread and tomatoes cleanly
      Sharpened by hand on a whetstone, for the kitchen
      Used for whittling and camping
      Dishwasher safe, full tang
      Wooden practice piece, used in the dojo
      Blunt edge, for forms only
      Draw weight {n} pounds, target archery
      Has scissors, opener and screwdriver
      Good for pruning roses and hedges
      Block is beech, all slots are used
      Ideal for vegetables, fish and meat
      For paper and leather craft, spare blades included
    `),
    words: {
      knife:
        words(`kitchen knife block|chef knife|santoku knife, bread knife|steak knives, Swiss army knife|multi-tool, wooden
        katana bokken|bokken, bamboo shinai, fencing foil, recurve bow|target arrows, camping hatchet|bushcraft axe, craft
        cutter|X-Acto knife, garden machete pruner|pruning saw, letter opener, paring knife|fruit knife, foam nunchaku,
        oyster shucker, pizza cutter|cheese knife, iaido unsharpened sword|dull iaito, tai chi fan sword, palette knife,
        fillet knife fishing, kendo armor set, boxing gloves, cake knife wedding, electric carving knife, sashimi knife,
        darts set for pub`),
      detail:
        words(`stainless steel, for cooking, olive wood, gift box, practice only, dishwasher safe, hand forged, with
        cutting board, hardly used, red handle, for scouts, blunt, for right hand, compact`),
    },
  },
];

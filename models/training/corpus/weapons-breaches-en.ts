import { type Kind, lines, words } from '../grammar.ts';

const EVASIVE = ['other/other', 'hobbies/collectibles', 'sports/outdoor', 'sports/hunting', 'antiques/militaria'];

const seekers = lines(`
  No papers needed, [ships in plain box]
  Message me on [telegram] for more pics, won't answer here
  [No questions asked], local meet or discreet shipping
  Buyer is responsible for knowing the law where they live
  [Untraceable], never registered to anyone
  Don't have a permit? Not a problem for me
  Listing will be taken down so be quick, text me
  No ID, no background check, [cash only]
  Serial has been [filed off], no history
  Can be hidden under a jacket, nobody will notice
  Good for self protection, does [real damage]
  Shipped in parts inside a toy box so customs won't look
  [No license] asked from the buyer
  Contact by [signal] or [telegram] only
  Hidden inside a hollow book when I ship it
  [Not registered], bought it off the street
  Not legal everywhere, you know the risk
  Delete our chat after the deal
  Perfect for [self defense] at night
  Will scare off or [kill] any intruder
  It is the real thing, [not a toy], not a model
  Nobody will ask you for a [permit] or name
`);

const firearmTitles = lines(`
  {gun} {calibre} {state}
  {gun} with {extra}
  {state} {gun} [handgun] for sale
  {gun} [pistol], {extra} included
  Real steel {gun} {calibre}
  WTS {gun} {calibre} cheap
  {gun} [rifle] {state}
  Selling grandpa's {gun} {calibre}
  Functional [firearm] {gun}
  {gun} chambered in {calibre}
  {gun} [semi auto] {state}
  For sale: [gun] {gun}, {extra}
`);

const firearmLines = lines(`
  [Firearm] in working order, about {n}0 rounds through it
  Comes with {extra} and two [loaded mags]
  Fires [live rounds], chambered in {calibre}
  Barrel and bore are clean, [trigger pull] is light
  I cleaned and oiled the action, shoots straight at {n}0 yards
  Takes standard {calibre} [ammo]
  [Handgun] has been kept in the nightstand for home defense
  The slide, hammer and firing pin are original
  Kept loaded, safety works, [deadly accurate]
  Shoots {calibre}, recoil is mild
  [Revolver] or [pistol], whatever you call it, it kills
  Has a fresh bluing and the [magazine] holds {n} rounds
  [Gun] works, I shot it last weekend
  The [barrel] is rifled and the bore is shiny
  [Pistol] grips are worn but the [trigger] is crisp
  Used for hunting deer, the [rifle] is zeroed at {n}0 yards
  [Loaded] it holds {n} [rounds] of {calibre}
  [Firing pin] and springs were changed
  Never jammed with {calibre} [ammunition]
  A real [weapon], shoots real [bullets]
  [Shotgun] or [rifle], pick one, both fire
  The [gun] comes with its [magazine] and a box of [cartridges]
  Small [handgun], easy to [conceal], easy to [shoot]
  Bolt, [chamber] and muzzle were checked by a gunsmith
  [Semi automatic], {calibre}, very accurate [firearm]
  Takes down in a minute, [barrel] is {n} inches
`);

export const weaponsBreachesEn: readonly Kind[] = [
  {
    name: 'firearm',
    language: 'en',
    breaks: 'weapons',
    categories: ['sports/hunting', 'antiques/militaria', ...EVASIVE],
    price: [150, 2500],
    titles: firearmTitles,
    lines: [...firearmLines, ...seekers],
    words: {
      gun: words(`Glock 17|Glock 19|Glock 43X, Beretta 92FS|Beretta M9, Sig Sauer P226|Sig P320|Sig P365, Smith & Wesson
        M&P Shield|S&W Model 10|S&W 686, Ruger LCP|Ruger 10/22|Ruger SR22, Colt M1911|Colt Python|Colt Anaconda, CZ 75|CZ
        P-10, Walther PPK|Walther P38, Desert Eagle, Taurus G2C|Taurus Judge, Springfield XD|Springfield Hellcat, Kimber
        Custom II, HK USP|H&K VP9|HK MP5, FN Five-seveN|FN 509, Browning Hi-Power, Makarov PM, Tokarev TT-33, Luger P08,
        Nagant M1895, AK-47|AKM|AK-74, AR-15|M4 carbine, Remington 870|Remington 700, Mossberg 500|Mossberg Maverick,
        Winchester 94|Winchester SXP, Mauser K98|Mauser C96, SKS carbine, Uzi, Mac-10, Benelli M4, Savage Axis,
        Mosin Nagant, Derringer, Saiga 12, Steyr AUG, Galil, Webley Mk VI, Stoeger Coach, Kel-Tec P32|Kel-Tec Sub2000,
        Hi-Point C9, Thompson 1928, Sten Mk II, Arisaka Type 99, Enfield No.4, Bersa Thunder, Canik TP9, Jericho 941`),
      calibre: words(`9mm, .45 ACP, .22 LR, .40 S&W, .38 Special, .357 Magnum, 12 gauge, 7.62x39, 5.56 NATO, .308 Win,
        .380 auto, 10mm auto, .44 mag, 20 gauge, .223 Rem, 9x19, .25 ACP, 7.62x54R, .32 ACP, .50 AE`),
      state:
        words(`never fired, used twice, barely used, like new, good shape, police trade-in, unregistered, no serial,
        clean bore, tested at the range, fully functional, shoots great, no paperwork, still in grease`),
      extra: words(`two magazines, extended mag, box of ammo, suppressor, 50 rounds, red dot sight, threaded barrel,
        three clips, speed loader, hollow points, drum magazine, 200 rounds, extra barrel, silencer`),
    },
  },
  {
    name: 'ammunition and parts',
    language: 'en',
    breaks: 'weapons',
    categories: EVASIVE,
    price: [20, 600],
    titles: lines(`
      {n}00 rounds {calibre} {ammo}
      {part} for {platform}
      {calibre} [ammo], {n} boxes
      {platform} {part}, drop in
      Bulk {calibre} {ammo}, sealed
      [Gun part]: {part} {platform} pattern
      {part} {calibre}, new in wrap
      {ammo} lot {calibre} fresh
    `),
    lines: [
      ...lines(`
        [Live ammunition], brass cased, reliable primers
        Fits any {platform}, turns it [full auto]
        {part} ready to install, no drilling needed
        Feeds without jams in my {platform}
        [Solvent trap] that is really a can, makes it quiet
        [80 percent lower] with jig, finish it at home
        Grain weight 115, expands on impact
        Sold as {n} boxes of 50 [cartridges] each
        Stored dry in sealed cans, [rounds] are ready to fire
        Cuts the shot down to a whisper, threads included
        Printed frame takes factory slide and barrel
        Makes the [trigger] reset by itself for rapid fire
        [Ammo] is factory new, {calibre}, boxer primed
        [Bullets] go through a car door
        The [rounds] were stored in a dry [ammo] can, all [live]
        Converts a [semi automatic] into a machine gun
        Your [gun] gets quiet with this [suppressor]
        [Barrel] is threaded, fits {platform} without work
        Finish the [receiver] with a drill, no serial
        [Magazine] takes {n} [rounds] of {calibre}
        [Cartridges] with [powder] and primer, not dummies
        {part} for a real [firearm], not airsoft
      `),
      ...seekers,
    ],
    words: {
      calibre: words(`9mm Luger, .45 auto, .22LR, .40 cal, .38 Spl, .357 mag, 12 ga, 7.62x39mm, 5.56mm, .308,
        .380 ACP, .44 Magnum, .223, 6.5 Creedmoor, .30-06, .50 BMG`),
      ammo: words(`hollow point ammo, FMJ cartridges, buckshot shells, live rounds, bullets, tracer rounds, ball ammo,
        armor piercing rounds, soft point cartridges, slugs, subsonic rounds, full metal jacket bullets`),
      part: words(`suppressor, auto sear, switch, lower receiver, upper receiver, threaded barrel, bolt carrier group,
        30 round magazine, drum mag, silencer kit, slide assembly, pistol frame, bump stock, binary trigger, firing pin,
        ghost gun kit, unfinished frame, solvent trap can`),
      platform: words(`AR-15, Glock, AK-47, 1911, Sig P320, Ruger 10/22, Mossberg 500, Remington 870, M&P, CZ Scorpion,
        AR pistol, Polymer80, SKS, MP5`),
    },
  },
  {
    name: 'blade or striking weapon',
    language: 'en',
    breaks: 'weapons',
    categories: [...EVASIVE, 'sports/martial arts'],
    price: [10, 700],
    titles: lines(`
      {blade} {quality}
      {quality} {blade} for [self defense]
      {blade} with sheath, {quality}
      {blade} street carry
      {blade}, hidden carry [weapon]
      New {blade} - {quality}
      {blade} lot of {n}
      [Weapon] collection: {blade}
    `),
    lines: [
      ...lines(`
        Opens with one flick of the button, [double edged]
        Cuts flesh like butter, made for [combat]
        One hit and he stays down, I promise
        Fits in the pocket, police will not notice it
        Blade locks out, {n} cm edge on both sides
        Made to [stab], full tang steel
        High voltage, drops a grown man at once
        Weighted for throwing, sticks deep every time
        Live blade, [battle ready], cuts bone
        Draws {n}0 pounds and the bolt goes through plywood
        Brass, heavy, breaks jaws
        Concealed inside an ordinary looking stick
        [Blade] springs out when you press the button
        [Knife] made for fighting, not for the kitchen
        One press and the [blade] is out, quick as lightning
        [Sharp] on both edges, goes in deep
        Use it to [defend] yourself, knocks anyone out
        [Steel] knuckles, one punch is enough
        Shock of {n} million volts stops an attacker
        [Weapon] fits under the sleeve, nobody sees it
        A real [sword], sharpened, cuts through bamboo and bone
        Shoots [bolts] that kill a boar
      `),
      ...seekers,
    ],
    words: {
      blade:
        words(`switchblade|automatic knife, butterfly knife|balisong, brass knuckles|knuckle duster, stun gun|taser,
        crossbow|pistol crossbow, dagger|double edged dagger, throwing stars|shuriken, sword cane, push dagger, stiletto
        knife, katana with live blade|battle ready katana, nunchaku with spikes, telescopic baton|expandable baton,
        blackjack sap, gravity knife, OTF knife, machete for fighting, bowie fighting knife, pepper spray|mace spray,
        karambit combat knife, trench knife, spiked mace, blowgun with darts, kubotan spike, flick knife, combat
        tomahawk`),
      quality: words(`razor sharp, heavy duty, military grade, spring assisted, sharpened, combat ready, matte black,
        easy to hide, lethal, fast opening, solid steel, high voltage`),
    },
  },
  {
    name: 'explosive',
    language: 'en',
    breaks: 'weapons',
    categories: EVASIVE,
    price: [20, 900],
    titles: lines(`
      {bomb} {detail}
      [Live] {bomb}, {detail}
      {bomb} for sale {detail}
      {n}x {bomb}
      {bomb} with [detonator]
      Army {bomb} still works
    `),
    lines: [
      ...lines(`
        [Not inert], fuse and charge are in place
        [Explosive] filler intact, handle with care
        Pull the pin and throw, {n} second delay
        Makes a crater, louder than any firework
        [Detonates] on impact, tested one in the field
        Comes with blasting cap and wire
        Blows a door off its hinges
        Fresh military stock, blast radius {n} metres
        Will [explode] when the fuse is lit
        [Charge] is complete, [detonator] is separate
        [Explosive] weight {n}00 grams
        Light it and run, the [blast] breaks windows
        A real one with [powder], not a dummy
        Found in the army depot, still [armed]
        [Bomb] made by someone who knows
        Handle gently, it can [blow] up
      `),
      ...seekers,
    ],
    words: {
      bomb: words(`hand grenade, pipe bomb, land mine, C4 block, dynamite sticks, smoke and frag grenade, molotov kit,
        mortar shell, black powder charge, flash bang grenade, RPG round, TNT blocks, detonating cord, blasting caps,
        artillery shell, incendiary grenade`),
      detail:
        words(`live, armed, not deactivated, full charge, from the army, with fuse, surplus, works, high explosive,
        uncut fuse, primed, never used`),
    },
  },
  {
    name: 'weapon by another name',
    language: 'en',
    breaks: 'weapons',
    categories: EVASIVE,
    price: [80, 1500],
    titles: lines(`
      {slang} {hint}
      {hint} {slang}, dm me
      Got a {slang} {hint}
      {slang} for protection, {hint}
      Clean {slang} - {hint}
      You know what it is: {slang} {hint}
    `),
    lines: [
      ...lines(`
        It goes bang, you know what I mean
        Comes with {n} little friends to feed it
        Takes nine mil, spits fast
        Never caught a body, no history on it
        Goes loud, keeps you safe at night
        Not a toy, this one is the real thing
        Eats 45s all day, no jams
        Holds {n} in the stick plus one up top
        Loud or quiet, can comes separately
        You will feel safe with it in your waistband
        [Loaded] and ready, goes bang {n} times
        It shoots, that is all I say here
        Comes with a [clip] and some [nine]
        No [serial], no name, no history
        Real one, not airsoft, not a toy
        [Bullets] are extra, ask me
        Makes people run when you pull it out
        [Shoots] straight and quiet
      `),
      ...seekers,
    ],
    words: {
      slang: words(`heater, piece, strap, burner, boomstick, chopper, blicky, glizzy, pew pew, peacemaker, ghost, hand
        cannon, stick, banger, street sweeper, biscuit, gat, pole, iron, thumper, noisemaker`),
      hint: words(`9 mil, real steel, with full clip, no numbers on it, nine with food, loaded, clean no bodies, with
        beans, .45 cal, extended clip, untraceable, with switch, serial scratched, ready to bang, shoots real ones`),
    },
  },
];

/** What listings are put together from, at random. */
export interface TextSource {
  /** What is offered, the part that is disguised; with its category where that is not any of `categories`. */
  things: readonly (string | readonly [thing: string, category: string])[];
  /** With `{}` in the place of the thing. */
  titles: readonly string[];
  descriptions: readonly string[];
  categories: readonly string[];
}

/** Listings that break the rule of one topic each; two languages. */
export const violations = {
  weapons: {
    en: {
      things: [
        '9mm handgun',
        'snub nose revolver',
        'pump action shotgun',
        'hunting rifle with scope',
        'switchblade knife',
        'brass knuckles',
        'stun gun',
        'rifle ammunition, 500 rounds',
        'pistol silencer',
        'butterfly knife',
        'hand grenade, live',
        'double-edged dagger',
      ],
      titles: [
        '{} for sale',
        '{}, works perfectly',
        'Real {} - no questions',
        '{} (never registered)',
        'Selling my {}',
      ],
      descriptions: [
        'Fires without a problem, two magazines and a box of cartridges go with it. No paperwork needed.',
        'Loaded and test fired last week. Serial number removed. Discreet parcel, cash on delivery.',
        'Sharp and ready for self defence. I do not ask for a licence.',
        'Lethal at close range. Ships in parts, manual for assembling the weapon is included.',
      ],
      categories: ['sports/hunting', 'sports/outdoor', 'collectibles/military', 'other'],
    },
    ja: {
      things: [
        '実銃 拳銃',
        '散弾銃',
        '飛び出しナイフ',
        'メリケンサック',
        'スタンガン 強力',
        '実弾 50発',
        'バタフライナイフ 真剣',
      ],
      titles: ['{} 販売します', '【本物】{}', '{} 即決', '{} 未登録'],
      descriptions: [
        '本物の武器です。実弾も付けます。身分証不要、匿名で発送します。',
        '殺傷能力があります。護身用にどうぞ。許可証は必要ありません。',
        '発射確認済み。弾倉付き。局留め可。',
      ],
      categories: ['スポーツ/その他', 'コレクション/ミリタリー', 'その他'],
    },
  },
  money: {
    en: {
      things: [
        '10,000 yen banknotes',
        'US dollar bills, cash',
        'cash bundle 5,000 euro',
        'current banknotes in circulation',
        'prepaid gift card codes for cash',
        'real money, paper currency',
        'counterfeit banknotes',
        'bank account with balance',
      ],
      titles: ['{}', 'Selling {} below face value', '{} - pay by card', 'Fresh {} today', '{}, any amount'],
      descriptions: [
        'You buy with your credit card, I send you the cash by registered mail. Fee 10 percent.',
        'Legal tender, can be spent in every shop. Exchange your card limit for cash now.',
        'Money for money, quick payout within the hour. Larger sums on request.',
        'Notes pass every machine. Sold in bundles of one hundred.',
      ],
      categories: ['tickets/vouchers', 'other', 'collectibles/coins'],
    },
    ja: {
      things: [
        '一万円札 現金',
        '現金 5万円分',
        '千円札 100枚 流通中',
        'アマゾンギフト券 現金化',
        '日本銀行券 現行紙幣',
      ],
      titles: ['{}', '{} 即日発送', '【急募】{} お譲りします', '{} カード払い可'],
      descriptions: [
        '現在使えるお金です。クレジットカードで購入して現金を受け取れます。手数料10%。',
        '即日現金化できます。額面以下でお譲りします。',
        'ショッピング枠を現金に。当日振込。',
      ],
      categories: ['チケット/金券', 'その他'],
    },
  },
  counterfeit: {
    en: {
      things: [
        'replica designer handbag',
        'Rolex Submariner replica',
        'Gucci belt, 1:1 mirror copy',
        'Louis Vuitton wallet, AAA grade',
        'fake Nike Jordan sneakers',
        'superfake Chanel bag',
        'unauthorised copy Prada sunglasses',
        'knock-off Supreme hoodie',
      ],
      titles: ['{}', 'Best quality {}', '{} with box and logo', '{} - looks like the original', 'New {} cheap'],
      descriptions: [
        'Mirror quality copy, nobody can tell it from the original. Logo and serial number as on the real one.',
        'Factory replica, not the original brand. All logos, dust bag and fake receipt included.',
        'Top grade imitation at a tenth of the price in the boutique. Wholesale of copies possible.',
        'High quality fake. Please do not ask whether it is authentic, look at the price.',
      ],
      categories: ['fashion/bags', 'fashion/watches', 'fashion/shoes', 'fashion/accessories'],
    },
    ja: {
      things: [
        'スーパーコピー ロレックス',
        'ヴィトン風 バッグ コピー品',
        'ブランドコピー 財布 N級品',
        'グッチ 偽物 ベルト',
        'シャネル レプリカ ピアス',
      ],
      titles: ['{}', '最高品質 {}', '{} 箱付き', '{} 激安'],
      descriptions: [
        '正規品ではありません。本物と見分けがつかないコピー品です。ロゴ、刻印あり。',
        'N級スーパーコピー。工場直送。正規品の十分の一の価格です。',
        '海外製の偽物です。ブランドロゴ入り。真贋についての質問はご遠慮ください。',
      ],
      categories: ['レディース/バッグ', 'メンズ/時計', 'レディース/アクセサリー'],
    },
  },
} satisfies Record<string, Record<'en' | 'ja', TextSource>>;

export type ViolationTopic = keyof typeof violations;

export interface Harmless {
  thing: string;
  description: string;
  category: string;
}

/** Listings that speak in a violation's words and break no rule. */
export const hardNegatives: Readonly<Record<ViolationTopic, readonly Harmless[]>> = {
  weapons: [
    {
      thing: 'Water gun, 2 litres',
      description: 'Great fun for children in the garden in summer.',
      category: 'toys/outdoor',
    },
    {
      thing: 'Gunmetal grey car mats',
      description: 'Colour is gunmetal grey, fits most cars.',
      category: 'cars/interior',
    },
    {
      thing: 'Nail gun, cordless',
      description: 'For carpenters; with charger and 200 nails.',
      category: 'tools/power',
    },
    {
      thing: 'Hot glue gun with 30 sticks',
      description: 'For crafts, heats up in three minutes.',
      category: 'crafts/tools',
    },
    {
      thing: 'Toy sword, foam',
      description: 'Soft foam, for a pirate costume. Age 4 and up.',
      category: 'toys/costumes',
    },
    {
      thing: 'Bread knife, wooden handle',
      description: 'Kitchen knife with a serrated edge, hardly used.',
      category: 'kitchen/knives',
    },
    {
      thing: 'Top Gun film poster',
      description: 'Poster of the film, 60 by 90 cm, small fold.',
      category: 'collectibles/posters',
    },
    { thing: 'Bath bomb gift set', description: 'Six bath bombs with lavender and orange.', category: 'beauty/bath' },
    {
      thing: 'Massage gun, four heads',
      description: 'Relieves sore muscles after sports.',
      category: 'health/massage',
    },
    {
      thing: 'Magazine rack in oak',
      description: 'Holds newspapers and magazines beside the sofa.',
      category: 'home/furniture',
    },
    { thing: '水鉄砲 2個セット', description: '夏の水遊びに。子ども用のおもちゃです。', category: 'おもちゃ/屋外' },
    { thing: 'ガンダム プラモデル', description: '未組立です。箱に少し傷があります。', category: 'おもちゃ/模型' },
    { thing: '包丁 三徳 ステンレス', description: '料理用です。研いであります。', category: 'キッチン/包丁' },
  ],
  money: [
    {
      thing: 'Money clip, stainless steel',
      description: 'Slim wallet replacement, holds cards too.',
      category: 'fashion/wallets',
    },
    {
      thing: 'Play money for a toy shop',
      description: 'Paper and plastic coins for children, clearly printed as toy.',
      category: 'toys/role-play',
    },
    {
      thing: 'Counterfeit-detector pen, pack of 5',
      description: 'Checks banknotes at the till in a second.',
      category: 'office/supplies',
    },
    {
      thing: 'Money box in the shape of a pig',
      description: 'Ceramic piggy bank, with key.',
      category: 'home/decoration',
    },
    { thing: 'Money tree plant in a pot', description: 'Pachira, 40 cm tall, easy to keep.', category: 'home/plants' },
    {
      thing: 'Cash register, used',
      description: 'With drawer and receipt printer, no cash inside of course.',
      category: 'office/equipment',
    },
    { thing: 'Book: The Psychology of Money', description: 'Paperback in good condition.', category: 'books/business' },
    {
      thing: 'Roman coin, 3rd century',
      description: 'Antique bronze coin with certificate, not legal tender.',
      category: 'collectibles/coins',
    },
    {
      thing: 'Banknote album, empty',
      description: 'Album with 20 sleeves for collectors, without notes.',
      category: 'collectibles/albums',
    },
    { thing: 'マネークリップ 革製', description: 'カードも入る薄型の財布です。', category: 'メンズ/財布' },
    {
      thing: 'こども銀行 おもちゃのお金',
      description: 'お店屋さんごっこに。紙幣と硬貨のおもちゃ。',
      category: 'おもちゃ/ごっこ遊び',
    },
    { thing: '貯金箱 ぶた 陶器', description: '鍵付き。未使用です。', category: 'インテリア/雑貨' },
  ],
  counterfeit: [
    {
      thing: 'Faux leather handbag, no brand',
      description: 'Plain bag of artificial leather, unbranded.',
      category: 'fashion/bags',
    },
    {
      thing: 'Authentic Coach wallet with receipt',
      description: 'Bought in the boutique in 2023, original invoice included.',
      category: 'fashion/wallets',
    },
    {
      thing: 'Replica of the Eiffel Tower, 20 cm',
      description: 'Souvenir made of metal.',
      category: 'home/decoration',
    },
    {
      thing: 'Museum replica of a Greek vase',
      description: 'Sold by the museum shop, signed as a reproduction.',
      category: 'home/art',
    },
    { thing: 'Copy paper, 500 sheets', description: 'A4, white, 80 g.', category: 'office/paper' },
    {
      thing: 'Imitation pearls for crafts',
      description: '200 plastic beads for making jewellery.',
      category: 'crafts/beads',
    },
    { thing: 'Fake plant, monstera', description: 'Artificial plant, needs no water.', category: 'home/plants' },
    {
      thing: 'Genuine Seiko watch, serviced',
      description: 'Serviced by the maker in 2024, papers included.',
      category: 'fashion/watches',
    },
    {
      thing: 'Book: A Guide to Spotting Fakes',
      description: 'How experts tell copies from originals.',
      category: 'books/art',
    },
    { thing: 'コピー用紙 A4 500枚', description: '未開封です。', category: '文房具/用紙' },
    { thing: 'セイコー 腕時計 正規品', description: '保証書付き。昨年オーバーホール済み。', category: 'メンズ/時計' },
    { thing: 'フェイクファー マフラー', description: '人工の毛皮です。ノーブランド。', category: 'レディース/小物' },
  ],
};

/** Everyday listings. */
export const clean: Readonly<Record<'en' | 'ja', TextSource>> = {
  en: {
    things: [
      ['Road bicycle, 54 cm', 'sports/cycling'],
      ['Wool sweater, size M', 'fashion/women'],
      ['Set of six wine glasses', 'home/kitchen'],
      ['Baby carrier', 'baby/outdoor'],
      ['Electric kettle 1.7 l', 'home/kitchen'],
      ['Novel, hardcover', 'books/novels'],
      ['Wooden train set', 'toys/trains'],
      ['Camera lens 50 mm', 'electronics/cameras'],
      ['Acoustic guitar', 'music/instruments'],
      ['Yoga mat', 'sports/fitness'],
      ['Desk lamp', 'home/lighting'],
      ['Running shoes, size 42', 'sports/running'],
      ['Board game for four players', 'toys/games'],
      ['Ceramic teapot', 'home/kitchen'],
      ['Garden chair', 'garden/furniture'],
      ['Mechanical keyboard', 'electronics/computers'],
    ],
    titles: ['{}', '{}, like new', '{} - barely used', 'Lovely {}', '{} (with original box)'],
    descriptions: [
      'Used for one season, in good condition. From a home without pets or smoke.',
      'Small scratch on the back, see the photos. Works well.',
      'Bought twice by mistake, so this one is new.',
      'We are moving and have no room for it any more. Collection possible.',
      'Cleaned and checked. Ask me anything.',
    ],
    categories: [],
  },
  ja: {
    things: [
      ['ロードバイク', 'スポーツ/自転車'],
      ['ウールのセーター', 'レディース/トップス'],
      ['文庫本 10冊セット', '本/文学'],
      ['電気ケトル', '家電/キッチン'],
      ['木製の汽車', 'おもちゃ/知育'],
      ['ギター', '楽器/弦楽器'],
      ['湯のみ 5客', 'キッチン/食器'],
      ['ベビーカー', 'ベビー/移動'],
      ['スニーカー 26cm', 'メンズ/靴'],
      ['炊飯器', '家電/キッチン'],
    ],
    titles: ['{}', '{} 美品', '{} 未使用に近い', '【送料込み】{}', '{} おまけ付き'],
    descriptions: [
      '数回使用しました。目立つ傷はありません。',
      '引っ越しのため出品します。ペットなし、喫煙者なしの家です。',
      '自宅保管品です。ご理解のある方にお願いします。',
      '動作確認済みです。即購入可。',
    ],
    categories: [],
  },
};

/** What text can be, each as title and description of a clean listing. */
export const unusualTexts: Readonly<Record<string, string>> = {
  'emoji-zwj': 'Family puzzle 👨‍👩‍👧‍👦 🏳️‍🌈 👩🏽‍🚀 🇯🇵',
  'right-to-left': 'كتاب قديم بحالة جيدة – ספר ישן במצב טוב',
  'bidi-controls': 'Teapot \u202eeulb\u202c with \u2066lid\u2069',
  'combining-marks': 'Z\u0351\u036b\u0343a\u0324l\u0325g\u0340o\u0331 teapot, cafe\u0301 cre\u0300me',
  astral: '𠮷野家の丼 𝒸ℯ𝓇𝒶𝓂𝒾𝒸 𐍈𐌰𐍂𐌳',
  'zero-width': 'tea\u200bpot\u200d with\u2060out lid\ufeff',
  japanese: '急須（ｷｭｳｽ）常滑焼 ㍿㌔ ｱｲｳ ゔ ヷ',
  arabic: 'إبريق شاي من السيراميك، مستعمل مرة واحدة',
  thai: 'กาน้ำชาเซรามิก ใช้ครั้งเดียว สภาพดีมาก',
  hindi: 'मिट्टी का चायदानी, बहुत अच्छी हालत',
  korean: '도자기 찻주전자 거의 새것',
  chinese: '陶瓷茶壶，几乎全新',
  'line-ends': 'Teapot\r\nwith lid\u2028and\u2029sieve\u0085\tfine',
  'control-characters': 'Tea\u0000pot \u0001\u001b[31m\u007f',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what a template would make of it is the point
  'markup-and-quotes': '<b>Teapot</b> & "lid"; \'; DROP TABLE items; -- ${x} {{y}} %s \\u0041',
  'private-use-and-non-characters': 'Teapot \ue000 \ufffe \uffff \u{10ffff}',
  ligatures: 'ﬁne ﬂask ™ ½ Ⅳ ß ẞ İ ı ǅ',
};
